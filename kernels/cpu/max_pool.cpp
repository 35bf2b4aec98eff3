// The largest value of each window. A row of the output is a part of the work.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/max_pool.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

void max_pool(const MaxPoolArgs& args, const Context& context) {
  const Shape& in = args.input.shape;
  const Shape& out = args.output.shape;
  context.pool.run(out.n * out.h, [&](std::int64_t part, int /*thread*/) HWY_ATTR {
    const std::int64_t n = part / out.h;
    const std::int64_t i = part % out.h;
    const std::int64_t top = i * args.stride - args.padding.top;
    for (std::int64_t j = 0; j < out.w; ++j) {
      const std::int64_t left = j * args.stride - args.padding.left;
      for (std::int64_t c = 0; c < out.c; c += lanes) {
        Vector largest = hn::Set(Floats(), -std::numeric_limits<float>::infinity());
        for (std::int64_t y = std::max<std::int64_t>(top, 0); y < std::min(top + args.kernel, in.h); ++y) {
          for (std::int64_t x = std::max<std::int64_t>(left, 0); x < std::min(left + args.kernel, in.w); ++x) {
            largest = hn::Max(largest, load_first(args.input.at(n, y, x) + c, out.c - c));
          }
        }
        store_first(largest, args.output.at(n, i, j) + c, out.c - c);
      }
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(max_pool);
void add_max_pool(Operations& operations) {
  operations.max_pool.compute = HWY_DYNAMIC_DISPATCH(max_pool);
}

}  // namespace colourize::kernels::cpu
#endif
