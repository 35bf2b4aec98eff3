// An activation in host memory: packed float32, NHWC.
#pragma once

#include <span>
#include <vector>

#include "kernels/view.h"

namespace colourize {

class Tensor {
 public:
  Tensor() = default;
  // All zeros. Each extent is at least 1.
  explicit Tensor(const kernels::Shape& shape) : shape_(shape), values_(static_cast<std::size_t>(shape.elements())) {}

  const kernels::Shape& shape() const { return shape_; }
  std::span<float> values() { return values_; }
  std::span<const float> values() const { return values_; }

  float& at(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
    return values_[static_cast<std::size_t>(((n * shape_.h + y) * shape_.w + x) * shape_.c + c)];
  }
  float at(std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) const {
    return values_[static_cast<std::size_t>(((n * shape_.h + y) * shape_.w + x) * shape_.c + c)];
  }

 private:
  kernels::Shape shape_;
  std::vector<float> values_;
};

// Convert between PyTorch's order, N x C x H x W, and a tensor. `values` holds shape.elements() numbers.
Tensor from_nchw(std::span<const float> values, const kernels::Shape& shape);
std::vector<float> to_nchw(const Tensor& tensor);

}  // namespace colourize
