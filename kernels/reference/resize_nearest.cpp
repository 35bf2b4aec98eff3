// Nearest resize with PyTorch's rounding of the source index.
#include <algorithm>
#include <cmath>

#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

std::int64_t source_index(std::int64_t index, std::int64_t size_in, std::int64_t size_out) {
  const float scale = static_cast<float>(size_in) / static_cast<float>(size_out);
  return std::min(static_cast<std::int64_t>(std::floor(static_cast<float>(index) * scale)), size_in - 1);
}

void compute(const ResizeNearestArgs& args, const Context& context) {
  const Shape& in = args.input.shape;
  const Shape& out = args.output.shape;
  for_each_row(context, out, [&](std::int64_t n, std::int64_t y) {
    for (std::int64_t x = 0; x < out.w; ++x) {
      const float* from = args.input.at(n, source_index(y, in.h, out.h), source_index(x, in.w, out.w));
      std::copy_n(from, out.c, args.output.at(n, y, x));
    }
  });
}

}  // namespace

const Implementation<ResizeNearestArgs> resize_nearest{.compute = compute};

}  // namespace colourize::kernels::reference
