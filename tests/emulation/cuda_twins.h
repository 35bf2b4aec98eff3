// What stands for kernels/cuda/cuda.cuh and the CUDA runtime when kernels are compiled for the CPU.
#pragma once

#include <cuda_fp16.h>
#include <driver_types.h>
#include <vector_functions.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <span>
#include <string>

#include "kernels/cuda/runtime.h"
#include "tests/emulation/block.h"
#include "tests/emulation/runtime.h"

// NOLINTBEGIN: the names are CUDA's
#define __launch_bounds__(...)
#define threadIdx (::colourize::emulation::thread_index())
#define blockIdx (::colourize::emulation::block_index())
#define gridDim (::colourize::emulation::grid_dimensions())
#define __syncthreads() (::colourize::emulation::barrier())
#define __syncwarp() (::colourize::emulation::warp_barrier())
// NOLINTEND

namespace colourize::emulation {

// How launches by the code under test run.
struct Setting {
  std::uint64_t seed = 1;
  Recording* recording = nullptr;
};
inline thread_local Setting setting;

}  // namespace colourize::emulation

// What CUDA's compiler brings along.
// NOLINTBEGIN: the names are CUDA's
inline float __fdividef(float dividend, float divisor) {
  return dividend / divisor;
}
inline float rsqrtf(float value) {
  return 1 / std::sqrt(value);
}

// Each lane gets the value of the lane whose number differs in these bits. Orders no memory.
float __shfl_xor_sync(unsigned mask, float value, int bits,
                      std::source_location where = std::source_location::current());
// NOLINTEND

namespace colourize::kernels::cuda {

inline unsigned char* shared_memory() {
  return reinterpret_cast<unsigned char*>(emulation::shared_memory());
}

template <class Vector>
Vector load_vector(const void* from, std::source_location where = std::source_location::current()) {
  Vector vector;
  emulation::move_vector(&vector, from, sizeof(Vector), /*store=*/false, where);
  return vector;
}

template <class Vector>
void store_vector(void* to, const Vector& vector, std::source_location where = std::source_location::current()) {
  emulation::move_vector(to, &vector, sizeof(Vector), /*store=*/true, where);
}

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t stream,
            const Arguments&... arguments) {
  // What every architecture from sm_80 on lets a block have.
  if (shared_bytes > emulation::device.largest_shared_bytes) {
    throw emulation::Failure("a block asks for " + std::to_string(shared_bytes) + " bytes of shared memory");
  }
  check(emulation::launch_error(stream), "launching a kernel");
  emulation::enqueue(stream, [=] {
    ++emulation::counts.launches;
    emulation::launch({.grid = {grid.x, grid.y, grid.z},
                       .block = {block.x, block.y, block.z},
                       .shared_bytes = shared_bytes,
                       .seed = emulation::setting.seed,
                       .recording = emulation::setting.recording},
                      [&] { kernel(arguments...); });
  });
}

}  // namespace colourize::kernels::cuda
