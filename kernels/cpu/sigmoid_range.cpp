// A sigmoid stretched to a range. A row of the output is a part of the work.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sigmoid_range.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <hwy/contrib/math/math-inl.h>

#include "kernels/cpu/pixels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

void sigmoid_range(const SigmoidRangeArgs& args, const Context& context) {
  // A picture has 3 channels. Where pixels are side by side, vectors run over a whole row of them.
  Shape shape = args.output.shape;
  if (args.input.strides.w == shape.c && args.output.strides.w == shape.c)
    shape = {shape.n, shape.h, 1, shape.w * shape.c};
  const std::int64_t channels = shape.c;
  for_each_pixel(shape, context, [&](std::int64_t n, std::int64_t y, std::int64_t x) HWY_ATTR {
    const Floats d;
    const float* from = args.input.at(n, y, x);
    float* to = args.output.at(n, y, x);
    for (std::int64_t c = 0; c < channels; c += lanes) {
      // Beyond 87 the sigmoid is exactly 0 or 1, and the exponential would overflow float32. NaN stays.
      const Vector value = load_first(from + c, channels - c);
      const Vector bounded = hn::Min(hn::Set(d, 87.0F), hn::Max(hn::Set(d, -87.0F), value));
      const Vector divisor = hn::Add(hn::Set(d, 1.0F), hn::Exp(d, hn::Neg(bounded)));
      const Vector scaled = hn::Div(hn::Set(d, args.high - args.low), divisor);
      store_first(hn::Add(hn::Set(d, args.low), scaled), to + c, channels - c);
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(sigmoid_range);
void add_sigmoid_range(Operations& operations) {
  operations.sigmoid_range.compute = HWY_DYNAMIC_DISPATCH(sigmoid_range);
}

}  // namespace colourize::kernels::cpu
#endif
