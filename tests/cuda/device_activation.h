// An activation as the CUDA kernels take it, in memory of the host: pixels begin at multiples of 16 bytes, NaN lies
// between and around them.
#pragma once

#include <cuda_fp16.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "engine/tensor.h"
#include "kernels/view.h"

namespace colourize::tests {

constexpr float half_epsilon = 0x1p-11F;  // largest relative error of rounding to float16
constexpr float half_least = 0x1p-25F;    // and absolute, where it is denormal

inline float rounded_to(kernels::Type type, float value) {
  return type == kernels::Type::float32 ? value : __half2float(__float2half(value));
}

// What one rounding to the type may change in a value.
inline float rounding(kernels::Type type, float value) {
  return type == kernels::Type::float32 ? 0 : half_epsilon * std::abs(value) + half_least;
}

class DeviceActivation {
 public:
  // `apart`: with 16 bytes at least between neighbouring pixels; otherwise as close as alignment allows.
  DeviceActivation(const kernels::Shape& shape, kernels::Type type, bool apart = true)
      : stride_(aligned(shape.c, type) + (apart ? elements_aligned(type) : 0)),
        memory_(static_cast<std::size_t>((shape.pixels() + 2 * margin) * stride_ * size_of(type)) / line + 1) {
    view_ = {bytes_of_memory().data() + margin * stride_ * size_of(type),
             shape,
             {shape.h * shape.w * stride_, shape.w * stride_, stride_},
             type};
    for (std::int64_t i = 0; i < elements(); ++i) clear(i);
  }
  DeviceActivation(const DeviceActivation&) = delete;
  DeviceActivation& operator=(const DeviceActivation&) = delete;

  // Rounds.
  void write(const Tensor& tensor) {
    const float* from = tensor.values().data();
    for_each([&](std::int64_t i) { set(i, *from++); });
  }
  Tensor read() const {
    Tensor tensor(view_.shape);
    float* to = tensor.values().data();
    for_each([&](std::int64_t i) { *to++ = get(i); });
    return tensor;
  }
  // How many values were written where none belong; clears it, to NaN everywhere.
  std::int64_t strays() {
    for_each([&](std::int64_t i) { clear(i); });
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < elements(); ++i) count += is_clear(i) ? 0 : 1;
    return count;
  }

  const kernels::View& view() const { return view_; }
  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(memory_)); }

 private:
  static constexpr std::int64_t line = 64;
  static constexpr std::int64_t margin = 4;  // pixels, so many that the first of the activation begins a line
  struct alignas(line) Line {
    std::byte bytes[line];
  };
  // A NaN that no arithmetic gives: what a kernel computes of it, and writes, has other bits.
  static constexpr std::uint32_t unwritten = 0x7FED'7FED;

  static std::int64_t elements_aligned(kernels::Type type) { return 16 / size_of(type); }
  static std::int64_t aligned(std::int64_t channels, kernels::Type type) {
    return (channels + elements_aligned(type) - 1) / elements_aligned(type) * elements_aligned(type);
  }

  std::span<std::byte> bytes_of_memory() { return std::as_writable_bytes(std::span(memory_)); }
  std::int64_t elements() const { return static_cast<std::int64_t>(bytes().size()) / size_of(view_.type); }

  float get(std::int64_t i) const {
    const void* memory = memory_.data();
    return view_.type == kernels::Type::float32 ? static_cast<const float*>(memory)[i]
                                                : __half2float(static_cast<const __half*>(memory)[i]);
  }
  void set(std::int64_t i, float value) {
    void* memory = memory_.data();
    if (view_.type == kernels::Type::float32) {
      static_cast<float*>(memory)[i] = value;
    } else {
      static_cast<__half*>(memory)[i] = __float2half(value);
    }
  }

  std::span<std::byte> bytes_of(std::int64_t i) {
    return bytes_of_memory().subspan(static_cast<std::size_t>(i * size_of(view_.type)),
                                     static_cast<std::size_t>(size_of(view_.type)));
  }
  void clear(std::int64_t i) { std::memcpy(bytes_of(i).data(), &unwritten, bytes_of(i).size()); }
  bool is_clear(std::int64_t i) { return std::memcmp(bytes_of(i).data(), &unwritten, bytes_of(i).size()) == 0; }

  // Visits what belongs to the activation, in the order of a packed one.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (std::int64_t pixel = 0; pixel < view_.shape.pixels(); ++pixel) {
      for (std::int64_t c = 0; c < view_.shape.c; ++c) visit((margin + pixel) * stride_ + c);
    }
  }

  std::int64_t stride_;  // of pixels
  std::vector<Line> memory_;
  kernels::View view_;
};

}  // namespace colourize::tests
