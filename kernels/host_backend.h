// What the backends that compute in host memory share: this memory and the threads.
#pragma once

#include "kernels/all_finite.h"
#include "kernels/backend.h"
#include "kernels/host_pictures.h"
#include "kernels/thread_pool.h"
#include "system/available_memory.h"

namespace colourize::kernels {

class HostBackend : public Backend {
 public:
  bool in_host_memory() const final { return true; }
  void* allocate(std::size_t bytes) final;
  void release(void* memory) final;
  std::optional<std::size_t> free_bytes() const final { return available_memory(); }
  void write(const float* host, const View& view) final;
  void read(const ConstView& view, float* host) final;
  const float* constant(std::span<const float> values) final { return values.data(); }
  Type activation_type() const final { return Type::float32; }
  // A strip of a thousand channels is 4 MB, about what the caches hold. With fewer pixels the weights, which are read
  // again for each strip, would cost more than that saves.
  std::int64_t strip_pixels() const final { return 1024; }
  bool all_finite(std::span<const float> values) final { return kernels::all_finite(values, pool_); }
  bool all_finite(std::span<const std::uint16_t> halves) final { return kernels::all_finite(halves, pool_); }
  PictureOperations& pictures() final { return *pictures_; }

 protected:
  // threads: as in ThreadPool. rows: how this backend computes rows of pictures.
  HostBackend(int threads, const PictureRows& rows) : pool_(threads), pictures_(host_pictures(rows, pool_)) {}
  ThreadPool& pool() { return pool_; }
  const ThreadPool& pool() const { return pool_; }

 private:
  ThreadPool pool_;
  std::unique_ptr<PictureOperations> pictures_;
};

}  // namespace colourize::kernels
