// What the device can do at most, for a profile.
#pragma once

#include <driver_types.h>

#include <cstddef>

namespace colourize::kernels::cuda {

// Launches `rounds` of multiplications with additions, by tensor cores in float16 or without them in float32; returns
// how many there are of them.
double launch_multiply_adds(bool tensor_cores, int rounds, int multiprocessors, cudaStream_t stream);
// Launches a kernel that reads `bytes`, a multiple of 16 and fewer than 2^34, at `memory`.
void launch_reading(const void* memory, std::size_t bytes, int multiprocessors, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
