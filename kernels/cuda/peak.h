// Measures the most that the device can do, for a profile.
#pragma once

#include <driver_types.h>

#include <cstddef>

namespace colourize::kernels::cuda {

// Launches `rounds` of multiply-adds, with tensor cores in float16 or without them in float32. Returns their number.
double launch_multiply_adds(bool tensor_cores, int rounds, int multiprocessors, cudaStream_t stream);
// Launches a kernel that reads `bytes` at `memory`; a multiple of 16, below 2^34.
void launch_reading(const void* memory, std::size_t bytes, int multiprocessors, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
