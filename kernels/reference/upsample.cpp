// Pixel shuffle and the 2x2 mean after it (Aitken et al. 2017 on the shuffle; Sugawara et al. 2018 on the blur against
// its checkerboard), directly from the contract's formula.
#include <algorithm>

#include "kernels/reference/rows.h"

namespace colourize::kernels::reference {
namespace {

void compute(const UpsampleArgs& args, const Context& context) {
  const Shape& out = args.output.shape;
  const std::int64_t r = args.factor;
  for_each_row(context, out, [&](std::int64_t n, std::int64_t i) {
    const auto shuffled = [&](std::int64_t y, std::int64_t x, std::int64_t c) {
      return args.input.at(n, y / r, x / r)[r * r * c + r * (y % r) + x % r];
    };
    const std::int64_t above = std::max<std::int64_t>(i - 1, 0);
    for (std::int64_t j = 0; j < out.w; ++j) {
      const std::int64_t before = std::max<std::int64_t>(j - 1, 0);
      float* values = args.output.at(n, i, j);
      for (std::int64_t c = 0; c < out.c; ++c) {
        values[c] =
            (shuffled(above, before, c) + shuffled(above, j, c) + shuffled(i, before, c) + shuffled(i, j, c)) / 4;
      }
    }
  });
}

}  // namespace

const Implementation<UpsampleArgs> upsample{.compute = compute};

}  // namespace colourize::kernels::reference
