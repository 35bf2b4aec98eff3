// Softmax over the channels of each pixel. A row of the output is a part of the work.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/softmax.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include "kernels/cpu/exponential-inl.h"
#include "kernels/cpu/pixels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

void softmax(const SoftmaxArgs& args, const Context& context) {
  const std::int64_t channels = args.output.shape.c;
  for_each_pixel(args.output.shape, context, [&](std::int64_t n, std::int64_t y, std::int64_t x) HWY_ATTR {
    const Floats d;
    const float* from = args.input.at(n, y, x);
    float* to = args.output.at(n, y, x);
    const Vector factor = hn::Set(d, 1 / args.temperature);
    // Whole vectors, and what is left.
    const std::int64_t whole = channels / lanes * lanes;
    const auto rest = hn::FirstN(d, static_cast<std::size_t>(channels - whole));
    Vector largest = hn::Set(d, std::numeric_limits<float>::lowest());
    for (std::int64_t c = 0; c < whole; c += lanes) largest = hn::Max(largest, hn::LoadU(d, from + c));
    const Vector last = load_first(from + whole, channels - whole);
    if (whole < channels) largest = hn::Max(largest, hn::IfThenElse(rest, last, largest));
    largest = hn::MaxOfLanes(d, largest);
    const auto weight = [&](Vector value) HWY_ATTR { return exponential(hn::Mul(hn::Sub(value, largest), factor)); };
    Vector sum = hn::Zero(d);
    for (std::int64_t c = 0; c < whole; c += lanes) {
      const Vector value = weight(hn::LoadU(d, from + c));
      sum = hn::Add(sum, value);
      hn::StoreU(value, d, to + c);
    }
    const Vector last_weight = hn::IfThenElseZero(rest, weight(last));
    sum = hn::Add(sum, last_weight);
    const Vector scale = hn::Div(hn::Set(d, 1.0F), hn::SumOfLanes(d, sum));
    for (std::int64_t c = 0; c < whole; c += lanes) hn::StoreU(hn::Mul(hn::LoadU(d, to + c), scale), d, to + c);
    if (whole < channels) store_first(hn::Mul(last_weight, scale), to + whole, channels - whole);
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(softmax);
void add_softmax(Operations& operations) {
  operations.softmax.compute = HWY_DYNAMIC_DISPATCH(softmax);
}

}  // namespace colourize::kernels::cpu
#endif
