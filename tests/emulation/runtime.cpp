#include "tests/emulation/runtime.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tests/emulation/cuda_twins.h"
#include "tests/emulation/recording.h"

using Work = std::function<void()>;

// The runtime's own handles, whose contents are nobody's business.
struct CUgraph_st {
  std::vector<Work> works;
};
struct CUgraphExec_st {
  std::vector<Work> works;
};
struct CUstream_st {
  int device = 0;
  std::vector<Work> queued;
  std::unique_ptr<CUgraph_st> captured;  // while a graph is captured
};
struct CUevent_st {};

namespace colourize::emulation {
namespace {

constexpr std::align_val_t alignment{256};
constexpr int poison = 0xFF;  // NaN in every floating type

struct Free {
  void operator()(std::byte* memory) const { ::operator delete(memory, alignment); }
};
struct Allocation {
  std::unique_ptr<std::byte, Free> memory;
  std::size_t bytes = 0;
  int device = 0;

  Allocation(std::size_t size, int on)
      : memory(static_cast<std::byte*>(::operator new(size, alignment))), bytes(size), device(on) {
    std::memset(memory.get(), poison, size);
  }
  std::span<const std::byte> span() const { return {memory.get(), bytes}; }
};
using Allocations = std::map<const void*, Allocation>;

// Of all below: a call at a time, whichever thread makes it, and work runs in a call.
std::recursive_mutex mutex;
using Lock = std::lock_guard<std::recursive_mutex>;

Allocations on_device;
Allocations pinned;
cudaError_t last_error = cudaSuccess;
thread_local int current_device = 0;
thread_local std::size_t capturing = 0;  // streams, as cudaStreamCaptureModeThreadLocal has it

cudaError_t result(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

const Allocation* allocation_at(const Allocations& allocations, const void* address, std::size_t bytes) {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) return nullptr;
  const Allocation& found = std::prev(after)->second;
  const auto offset = static_cast<std::size_t>(static_cast<const std::byte*>(address) - found.memory.get());
  return offset <= found.bytes && bytes <= found.bytes - offset ? &found : nullptr;
}

bool is_pinned(const void* address, std::size_t bytes) {
  return allocation_at(pinned, address, bytes) != nullptr;
}

// Of the stream's device.
bool is_on_device(const void* address, std::size_t bytes, cudaStream_t stream) {
  const Allocation* found = allocation_at(on_device, address, bytes);
  return found != nullptr && found->device == stream->device;
}

std::size_t allocated_bytes() {
  std::size_t sum = 0;
  for (const auto& [address, allocation] : on_device) {
    if (allocation.device == current_device) sum += allocation.bytes;
  }
  return sum;
}

void finish(CUstream_st& stream) {
  // What fails takes the rest of the queue with it, as on a GPU.
  const std::vector<Work> queued = std::exchange(stream.queued, {});
  for (const Work& work : queued) work();
}

}  // namespace

std::size_t from_environment(const char* name, std::size_t otherwise) {
  const char* given = std::getenv(name);
  return given == nullptr ? otherwise : std::stoull(given);
}

cudaError_t launch_error(cudaStream_t stream) {
  const Lock lock(mutex);
  if (stream != nullptr && stream->device != current_device) return cudaErrorInvalidResourceHandle;
  return std::exchange(device.next_launch, cudaSuccess);
}

void enqueue(cudaStream_t stream, std::function<void()> work) {
  const Lock lock(mutex);
  if (stream == nullptr) return work();
  (stream->captured ? stream->captured->works : stream->queued).push_back(std::move(work));
}

}  // namespace colourize::emulation

namespace emulation = colourize::emulation;
using emulation::result;

// NOLINTBEGIN(readability-identifier-naming): CUDA's names
cudaError_t cudaGetDeviceCount(int* count) {
  const emulation::Lock lock(emulation::mutex);
  *count = emulation::device.count;
  return result(emulation::device.count == 0 ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaSetDevice(int device) {
  const emulation::Lock lock(emulation::mutex);
  if (device < 0 || device >= emulation::device.count) return result(cudaErrorInvalidDevice);
  emulation::current_device = device;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int /*device*/) {
  const emulation::Lock lock(emulation::mutex);
  if (attribute == cudaDevAttrMultiProcessorCount) {
    *value = emulation::device.multiprocessors;
  } else if (attribute == cudaDevAttrComputeCapabilityMajor) {
    *value = emulation::device.capability / 10;
  } else if (attribute == cudaDevAttrComputeCapabilityMinor) {
    *value = emulation::device.capability % 10;
  } else if (attribute == cudaDevAttrMaxSharedMemoryPerMultiprocessor) {
    *value = static_cast<int>(emulation::device.largest_shared_bytes) + 1024;
  } else if (attribute == cudaDevAttrMaxSharedMemoryPerBlockOptin) {
    *value = static_cast<int>(emulation::device.largest_shared_bytes);
  } else {
    return result(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  const emulation::Lock lock(emulation::mutex);
  *total = emulation::device.bytes;
  *free = emulation::device.bytes - std::min(emulation::device.bytes, emulation::allocated_bytes());
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  const emulation::Lock lock(emulation::mutex);
  if (emulation::capturing > 0) return result(cudaErrorStreamCaptureUnsupported);
  if (emulation::allocated_bytes() + bytes > emulation::device.bytes) return result(cudaErrorMemoryAllocation);
  emulation::Allocation allocation(bytes, emulation::current_device);
  *memory = allocation.memory.get();
  if (emulation::setting.recording != nullptr) emulation::setting.recording->watch(allocation.span());
  emulation::on_device.emplace(*memory, std::move(allocation));
  return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
  const emulation::Lock lock(emulation::mutex);
  if (memory == nullptr) return cudaSuccess;
  const auto found = emulation::on_device.find(memory);
  if (found == emulation::on_device.end()) return result(cudaErrorInvalidValue);
  if (emulation::setting.recording != nullptr) emulation::setting.recording->forget(found->second.span());
  emulation::on_device.erase(found);
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  const emulation::Lock lock(emulation::mutex);
  emulation::Allocation allocation(bytes, emulation::current_device);
  *memory = allocation.memory.get();
  emulation::pinned.emplace(*memory, std::move(allocation));
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
  const emulation::Lock lock(emulation::mutex);
  if (memory == nullptr) return cudaSuccess;
  return result(emulation::pinned.erase(memory) == 1 ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  const emulation::Lock lock(emulation::mutex);
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (to_device && !emulation::is_on_device(to, bytes, stream)) return result(cudaErrorInvalidValue);
  if (from_device && !emulation::is_on_device(from, bytes, stream)) return result(cudaErrorInvalidValue);
  if (kind == cudaMemcpyHostToDevice) emulation::counts.bytes_to_device += bytes;
  if (kind == cudaMemcpyDeviceToHost) emulation::counts.bytes_to_host += bytes;
  if (!from_device && !emulation::is_pinned(from, bytes)) {
    // From memory that can be paged out, the runtime takes a copy before it returns.
    std::vector<std::byte> copy(bytes);
    std::memcpy(copy.data(), from, bytes);
    emulation::enqueue(stream, [to, copy] { std::memcpy(to, copy.data(), copy.size()); });
    return cudaSuccess;
  }
  emulation::enqueue(stream, [to, from, bytes] { std::memcpy(to, from, bytes); });
  // To such memory it returns when the copy is done.
  if (!to_device && !emulation::is_pinned(to, bytes)) return cudaStreamSynchronize(stream);
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned /*flags*/) {
  const emulation::Lock lock(emulation::mutex);
  *stream = new CUstream_st{.device = emulation::current_device, .queued = {}, .captured = nullptr};
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const emulation::Lock lock(emulation::mutex);
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const emulation::Lock lock(emulation::mutex);
  if (stream->captured) return result(cudaErrorStreamCaptureUnsupported);
  emulation::finish(*stream);
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode /*mode*/) {
  const emulation::Lock lock(emulation::mutex);
  if (stream->captured) return result(cudaErrorIllegalState);
  stream->captured = std::make_unique<CUgraph_st>();
  ++emulation::capturing;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const emulation::Lock lock(emulation::mutex);
  if (!stream->captured) return result(cudaErrorIllegalState);
  *graph = stream->captured.release();
  --emulation::capturing;
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t* executable, cudaGraph_t graph,
                                          unsigned long long /*flags*/) {
  const emulation::Lock lock(emulation::mutex);
  *executable = new CUgraphExec_st{graph->works};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  const emulation::Lock lock(emulation::mutex);
  ++emulation::counts.graph_launches;
  for (const Work& work : graph->works) emulation::enqueue(stream, work);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  const emulation::Lock lock(emulation::mutex);
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  const emulation::Lock lock(emulation::mutex);
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGetLastError() {
  const emulation::Lock lock(emulation::mutex);
  return std::exchange(emulation::last_error, cudaSuccess);
}

const char* cudaGetErrorString(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "no error";
    case cudaErrorMemoryAllocation:
      return "out of memory";
    case cudaErrorNoDevice:
      return "no CUDA-capable device is detected";
    case cudaErrorInvalidResourceHandle:
      return "invalid resource handle";
    case cudaErrorNoKernelImageForDevice:
      return "no kernel image is available for execution on the device";
    case cudaErrorStreamCaptureUnsupported:
      return "operation not permitted when stream is capturing";
    default:
      return "invalid argument";
  }
}
// NOLINTEND(readability-identifier-naming)
