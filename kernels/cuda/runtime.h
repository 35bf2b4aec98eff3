// What the backend takes from the CUDA runtime: errors become exceptions; memory and streams have owners.
#pragma once

#include <driver_types.h>

#include <cstddef>
#include <utility>

namespace colourize::kernels::cuda {

// Throws Error where `error` is an error. `doing`: such as "copying to the device".
void check(cudaError_t error, const char* doing);

// Memory of the current device, or host memory that the device copies to and from without a stop in between (pinned).
// Throws Error that names the needed and the free bytes where there is not enough.
enum class MemoryKind : unsigned char { device, pinned };

template <MemoryKind kind>
class Memory {
 public:
  Memory() = default;
  explicit Memory(std::size_t bytes);
  Memory(Memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Memory();

  template <class Element>
  Element* as() const {
    return static_cast<Element*>(data_);
  }
  std::size_t bytes() const { return bytes_; }
  // Makes it at least this large. Its contents are lost.
  void grow(std::size_t bytes) {
    if (bytes <= bytes_) return;
    *this = Memory();
    *this = Memory(bytes);
  }

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};
using DeviceMemory = Memory<MemoryKind::device>;
using PinnedMemory = Memory<MemoryKind::pinned>;

// A queue of work that a device does in order. It does not wait for other streams.
class Stream {
 public:
  explicit Stream(int device);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  cudaStream_t get() const { return stream_; }
  int device() const { return device_; }
  // Makes its device the current one. The runtime keeps one current device for each thread, and another stream may have
  // changed it. The thread then launches, allocates and asks on this device.
  void use() const;
  void to_device(void* device, const void* host, std::size_t bytes);
  void to_host(void* host, const void* device, std::size_t bytes);
  // Returns when all work is done. Throws Error where a part of it failed.
  void wait();

 private:
  int device_;
  cudaStream_t stream_ = nullptr;
};

// The device's free memory, in bytes.
std::size_t free_bytes();

}  // namespace colourize::kernels::cuda
