// The part of the CUDA runtime that kernels/cuda/ uses, on a CPU: the functions of cuda_runtime_api.h themselves, so
// that the backend is compiled and linked as it stands.
//
// As on a GPU, what is put on a stream runs later: here when somebody waits for the stream, so that a buffer that is
// read or freed too early shows. What a GPU leaves undefined is an error: copies that leave their allocation, a wait or
// an allocation while a graph is captured, memory or a stream of another device than the current one. Device memory is
// poisoned (NaN) when it is allocated.
#pragma once

#include <driver_types.h>

#include <cstddef>
#include <functional>

#include "tests/emulation/block.h"

namespace colourize::emulation {

// What a whole program is to see is set from outside, by variables of the environment.
std::size_t from_environment(const char* name, std::size_t otherwise);

// The devices there are, all alike.
struct Device {
  std::size_t bytes = from_environment("COLOURIZE_EMULATED_BYTES", std::size_t{8} << 30U);
  int count = 1;  // 0: a machine without a GPU
  int multiprocessors = static_cast<int>(from_environment("COLOURIZE_EMULATED_MULTIPROCESSORS", 4));
  int capability = 86;
  std::size_t largest_shared_bytes = 99 << 10U;  // of a block that asks for it: sm_86's; sm_90's is 227 KB
  cudaError_t next_launch = cudaSuccess;         // what the next launch comes to; an error: it is not made
};
inline Device device;

// How often a kernel was launched, and a graph; how much was copied.
struct Counts {
  std::size_t launches = 0;
  std::size_t graph_launches = 0;
  std::size_t bytes_to_device = 0;
  std::size_t bytes_to_host = 0;
};
inline Counts counts;

// What a launch on this stream would say before it is queued: that the device is not the stream's, or what the device
// was set to say.
cudaError_t launch_error(cudaStream_t stream);
// Puts work on a stream; null: runs it at once.
void enqueue(cudaStream_t stream, std::function<void()> work);

}  // namespace colourize::emulation
