#include "engine/graph/node.h"

#include "system/error.h"

namespace colourize::graph {
namespace {

using kernels::Shape;

std::string to_string(const Shape& shape) {
  return std::to_string(shape.h) + " x " + std::to_string(shape.w) + " x " + std::to_string(shape.c);
}

std::int64_t window_count(const std::string& name, std::int64_t size, int before, int after, int kernel, int stride) {
  const std::int64_t free = size + before + after - kernel;
  if (free < 0) {
    throw Error(ErrorKind::invalid, name,
                "gets a picture of " + std::to_string(size) + " pixels for a window of " + std::to_string(kernel));
  }
  return free / stride + 1;
}

}  // namespace

Shape InputShapes::windows(std::int64_t channels, int kernel_h, int kernel_w, int stride,
                           const kernels::Padding& padding) const {
  const Shape& x = shapes[0];
  return {x.n, window_count(name, x.h, padding.top, padding.bottom, kernel_h, stride),
          window_count(name, x.w, padding.left, padding.right, kernel_w, stride), channels};
}

Shape InputShapes::same_size(bool channels_too) const {
  const Shape& first = shapes[0];
  for (Shape other : shapes) {
    const Shape given = other;
    if (!channels_too) other.c = first.c;
    if (!(other == first))
      throw Error(ErrorKind::damaged, name, "joins " + to_string(first) + " with " + to_string(given));
  }
  return first;
}

}  // namespace colourize::graph
