// The largest value of each window, channel by channel.
#include <algorithm>
#include <limits>

#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const MaxPoolArgs& args, const Context& context) {
  const Shape& in = args.input.shape;
  const Shape& out = args.output.shape;
  for_each_row(context, out, [&](std::int64_t n, std::int64_t i) {
    const std::int64_t top = i * args.stride - args.padding.top;
    for (std::int64_t j = 0; j < out.w; ++j) {
      const std::int64_t left = j * args.stride - args.padding.left;
      float* values = args.output.at(n, i, j);
      std::fill_n(values, out.c, -std::numeric_limits<float>::infinity());
      for (std::int64_t y = std::max<std::int64_t>(top, 0); y < std::min(top + args.kernel, in.h); ++y) {
        for (std::int64_t x = std::max<std::int64_t>(left, 0); x < std::min(left + args.kernel, in.w); ++x) {
          const float* pixel = args.input.at(n, y, x);
          for (std::int64_t c = 0; c < out.c; ++c) values[c] = std::max(values[c], pixel[c]);
        }
      }
    }
  });
}

}  // namespace

const Implementation<MaxPoolArgs> max_pool{.compute = compute};

}  // namespace colourize::kernels::reference
