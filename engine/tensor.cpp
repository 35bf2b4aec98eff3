#include "engine/tensor.h"

namespace colourize {
namespace {

// Calls visit(n, y, x, c, index) for every element in N x C x H x W order, `index` counting them.
template <typename Visit>
void for_each_nchw(const kernels::Shape& shape, const Visit& visit) {
  std::size_t index = 0;
  for (std::int64_t n = 0; n < shape.n; ++n) {
    for (std::int64_t c = 0; c < shape.c; ++c) {
      for (std::int64_t y = 0; y < shape.h; ++y) {
        for (std::int64_t x = 0; x < shape.w; ++x) visit(n, y, x, c, index++);
      }
    }
  }
}

}  // namespace

Tensor from_nchw(std::span<const float> values, const kernels::Shape& shape) {
  Tensor tensor(shape);
  for_each_nchw(shape,
                [&](auto n, auto y, auto x, auto c, std::size_t index) { tensor.at(n, y, x, c) = values[index]; });
  return tensor;
}

std::vector<float> to_nchw(const Tensor& tensor) {
  std::vector<float> values(tensor.values().size());
  for_each_nchw(tensor.shape(),
                [&](auto n, auto y, auto x, auto c, std::size_t index) { values[index] = tensor.at(n, y, x, c); });
  return values;
}

}  // namespace colourize
