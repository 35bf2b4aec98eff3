// What stands for kernels/cuda/cuda.cuh and the CUDA runtime when kernels are compiled for the CPU.
#pragma once

#include <cuda_fp16.h>
#include <driver_types.h>
#include <vector_functions.h>

#include <cstddef>
#include <cstdint>
#include <source_location>

#include "tests/emulation/block.h"

// NOLINTBEGIN: the names are CUDA's
#define __launch_bounds__(...)
#define threadIdx (::colourize::emulation::thread_index())
#define blockIdx (::colourize::emulation::block_index())
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
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t /*stream*/,
            const Arguments&... arguments) {
  emulation::launch({.grid = {grid.x, grid.y, grid.z},
                     .block = {block.x, block.y, block.z},
                     .shared_bytes = shared_bytes,
                     .seed = emulation::setting.seed,
                     .recording = emulation::setting.recording},
                    [&] { kernel(arguments...); });
}

}  // namespace colourize::kernels::cuda
