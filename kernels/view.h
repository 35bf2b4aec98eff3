// How a kernel sees memory: a pointer, an NHWC shape and strides. A view owns and allocates nothing. It is plain data,
// so a device can receive it unchanged.
#pragma once

#include <cstddef>
#include <cstdint>

namespace colourize::kernels {

// The type of an element of an activation.
enum class Type : std::uint8_t {
  float32,  // IEEE binary32, 4 bytes
  float16,  // IEEE binary16, 2 bytes: activations of half-precision backends
};

constexpr std::int64_t size_of(Type type) {
  return type == Type::float32 ? 4 : 2;
}

// Batch, rows, columns, channels. Every extent is at least 1 in a view that a kernel receives.
struct Shape {
  std::int64_t n = 0;
  std::int64_t h = 0;
  std::int64_t w = 0;
  std::int64_t c = 0;

  constexpr std::int64_t elements() const { return n * h * w * c; }
  constexpr std::int64_t pixels() const { return n * h * w; }
  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

// Distances, in elements, between neighbours along n, h and w. Channels are always side by side.
struct Strides {
  std::int64_t n = 0;
  std::int64_t h = 0;
  std::int64_t w = 0;

  friend constexpr bool operator==(const Strides&, const Strides&) = default;
};

constexpr Strides packed_strides(const Shape& shape) {
  return {shape.h * shape.w * shape.c, shape.w * shape.c, shape.c};
}

// An activation that a kernel reads. With `data` null the view describes a shape only, such as when a plan asks for a
// workspace's size before any memory exists.
struct ConstView {
  const void* data = nullptr;
  Shape shape;
  Strides strides;
  Type type = Type::float32;

  const float* at(std::int64_t n, std::int64_t y, std::int64_t x) const {
    return static_cast<const float*>(data) + n * strides.n + y * strides.h + x * strides.w;
  }
};

// An activation that a kernel writes. It converts to a ConstView.
struct View {
  void* data = nullptr;
  Shape shape;
  Strides strides;
  Type type = Type::float32;

  float* at(std::int64_t n, std::int64_t y, std::int64_t x) const {
    return static_cast<float*>(data) + n * strides.n + y * strides.h + x * strides.w;
  }
  // NOLINTNEXTLINE(google-explicit-constructor): what can be written can be read.
  operator ConstView() const { return {data, shape, strides, type}; }
};

// The strides of a picture whose pixels begin at multiples of `alignment` elements.
constexpr Strides aligned_strides(const Shape& shape, std::int64_t alignment) {
  const std::int64_t pixel = (shape.c + alignment - 1) / alignment * alignment;
  return {shape.h * shape.w * pixel, shape.w * pixel, pixel};
}

// A packed view of `shape` at `data`.
constexpr View packed_view(void* data, const Shape& shape, Type type = Type::float32) {
  return {data, shape, packed_strides(shape), type};
}
constexpr ConstView packed_view(const void* data, const Shape& shape, Type type = Type::float32) {
  return {data, shape, packed_strides(shape), type};
}

}  // namespace colourize::kernels
