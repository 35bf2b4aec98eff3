// The device's peaks, with which a profile compares: a loop of independent tensor-core products (or of multiply-adds)
// in registers, and a read of much memory.
#include "kernels/cuda/cuda.cuh"
#include "kernels/cuda/peak.h"
#include "kernels/cuda/ptx.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

constexpr int threads = 256;
constexpr int blocks_each = 4;  // a multiprocessor
constexpr int chains = 8;       // independent of each other, so that latency does not show
constexpr double mma_multiplications = mma_m * mma_n * mma_k;

// Keeps a result from being optimised away: the compiler does not know that this condition is never true.
__device__ inline void keep(float value, float* never) {
  if (value == -1.0F) *never = value;
}

__global__ void __launch_bounds__(threads) tensor_core_kernel(float* never, int count) {
  const std::uint32_t a[4] = {threadIdx.x, 0, 0, 0};
  const std::uint32_t b[2] = {0, 0};
  float sums[chains][4] = {};
#pragma unroll 1
  for (int i = 0; i < count; ++i) {
#pragma unroll
    for (int chain = 0; chain < chains; ++chain) mma_f16(sums[chain], a, b);
  }
#pragma unroll
  for (int chain = 0; chain < chains; ++chain) keep(sums[chain][0], never);
}

__global__ void __launch_bounds__(threads) multiply_add_kernel(float* never, int count) {
  float sums[chains] = {};
  const float factor = static_cast<float>(threadIdx.x);
#pragma unroll 1
  for (int i = 0; i < count; ++i) {
#pragma unroll
    for (int chain = 0; chain < chains; ++chain) sums[chain] = sums[chain] * factor + factor;
  }
#pragma unroll
  for (int chain = 0; chain < chains; ++chain) keep(sums[chain], never);
}

// Indices have 32 bits, because unrolling takes a division, and a 64-bit division is a call.
__global__ void __launch_bounds__(threads) reading_kernel(const uint4* memory, unsigned count, float* never) {
  std::uint32_t all = 0;
  for (unsigned i = blockIdx.x * threads + threadIdx.x; i < count; i += gridDim.x * threads) {
    const auto vector = load_vector<uint4>(memory + i);
    all |= vector.x | vector.y | vector.z | vector.w;
  }
  keep(all == 1 ? -1.0F : 0.0F, never);
}

}  // namespace

double launch_multiply_adds(bool tensor_cores, int rounds, int multiprocessors, cudaStream_t stream) {
  const int blocks = multiprocessors * blocks_each;
  launch(tensor_cores ? tensor_core_kernel : multiply_add_kernel, dim3(static_cast<unsigned>(blocks)), dim3(threads), 0,
         stream, static_cast<float*>(nullptr), rounds);
  const double units = tensor_cores ? threads / warp_lanes * mma_multiplications : threads;
  return static_cast<double>(blocks) * units * chains * rounds;
}

void launch_reading(const void* memory, std::size_t bytes, int multiprocessors, cudaStream_t stream) {
  launch(reading_kernel, dim3(static_cast<unsigned>(multiprocessors * blocks_each)), dim3(threads), 0, stream,
         static_cast<const uint4*>(memory), static_cast<unsigned>(bytes / sizeof(uint4)), static_cast<float*>(nullptr));
}

}  // namespace colourize::kernels::cuda
