#include "kernels/cuda/runtime.h"

#include <cuda_runtime_api.h>

#include <string>

#include "system/error.h"

namespace colourize::kernels::cuda {

void check(cudaError_t error, const char* doing) {
  if (error == cudaSuccess) return;
  // The process keeps such errors until somebody asks for them.
  cudaGetLastError();
  const std::string happened = std::string(doing) + " failed: " + cudaGetErrorString(error);
  // A context, a graph, a kernel's code: all of them need memory.
  if (error == cudaErrorMemoryAllocation) throw OutOfMemory("device cuda", happened);
  throw Error(ErrorKind::failed, "device cuda", happened);
}

template <MemoryKind kind>
Memory<kind>::Memory(std::size_t bytes) : bytes_(bytes) {
  const cudaError_t error = kind == MemoryKind::device ? cudaMalloc(&data_, bytes) : cudaMallocHost(&data_, bytes);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    const std::string needed = "lacks the " + std::to_string(bytes) + " bytes of memory that are needed";
    throw OutOfMemory("device cuda", kind == MemoryKind::device
                                         ? needed + "; " + std::to_string(free_bytes()) + " are free"
                                         : needed + " on the host, where they must not be paged out");
  }
  check(error, "taking memory");
}

template <MemoryKind kind>
Memory<kind>::~Memory() {
  if (data_ == nullptr) return;
  // Nothing can be done about an error here. It shows at the next call.
  if constexpr (kind == MemoryKind::device) {
    cudaFree(data_);
  } else {
    cudaFreeHost(data_);
  }
}

template class Memory<MemoryKind::device>;
template class Memory<MemoryKind::pinned>;

Stream::Stream(int device) : device_(device) {
  use();
  check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
}

Stream::~Stream() {
  cudaStreamDestroy(stream_);
}

void Stream::use() const {
  check(cudaSetDevice(device_), "choosing the device");
}

void Stream::to_device(void* device, const void* host, std::size_t bytes) {
  use();
  check(cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, stream_), "copying to the device");
}

void Stream::to_host(void* host, const void* device, std::size_t bytes) {
  use();
  check(cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, stream_), "copying from the device");
}

void Stream::wait() {
  check(cudaStreamSynchronize(stream_), "a kernel or a copy");
}

std::size_t free_bytes() {
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for the free memory");
  return free;
}

}  // namespace colourize::kernels::cuda
