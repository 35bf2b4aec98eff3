// Layer norm over the channels of each pixel. A row of the output is a part of the work. It walks three times over a
// pixel, which stays in the first-level cache: for a first mean, for the sums of the shifted values and of their
// squares, and for the quotients.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/layer_norm.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <cmath>

#include "kernels/cpu/pixels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

void layer_norm(const LayerNormArgs& args, const Context& context) {
  const std::int64_t channels = args.output.shape.c;
  const float* scale = args.affine.scale;
  const float* shift = args.affine.shift;
  for_each_pixel(args.output.shape, context, [&](std::int64_t n, std::int64_t y, std::int64_t x) HWY_ATTR {
    const Floats d;
    const float* from = args.input.at(n, y, x);
    float* to = args.output.at(n, y, x);
    const float per_channel = 1 / static_cast<float>(channels);
    // Whole vectors, and what is left, after which zeros are loaded.
    const std::int64_t whole = channels / lanes * lanes;
    const auto rest = hn::FirstN(d, static_cast<std::size_t>(channels - whole));
    Vector sum = load_first(from + whole, channels - whole);
    for (std::int64_t c = 0; c < whole; c += lanes) sum = hn::Add(sum, hn::LoadU(d, from + c));
    const Vector mean = hn::Mul(hn::SumOfLanes(d, sum), hn::Set(d, per_channel));

    Vector less = hn::IfThenElseZero(rest, hn::Sub(load_first(from + whole, channels - whole), mean));
    Vector squares = hn::Mul(less, less);
    for (std::int64_t c = 0; c < whole; c += lanes) {
      const Vector value = hn::Sub(hn::LoadU(d, from + c), mean);
      less = hn::Add(less, value);
      squares = hn::MulAdd(value, value, squares);
    }
    const float correction = hn::GetLane(hn::SumOfLanes(d, less)) * per_channel;
    const float variance = hn::GetLane(hn::SumOfLanes(d, squares)) * per_channel - correction * correction;
    // Rounding may leave the difference below 0; NaN stays.
    const Vector factor = hn::Set(d, 1 / std::sqrt((variance < 0 ? 0 : variance) + args.epsilon));

    for (std::int64_t c = 0; c < channels; c += lanes) {
      const std::int64_t count = channels - c;
      const Vector shifted = hn::Sub(load_first(from + c, count), mean);
      Vector value = hn::Mul(hn::Sub(shifted, hn::Set(d, correction)), factor);
      if (scale != nullptr) value = hn::MulAdd(value, load_first(scale + c, count), load_first(shift + c, count));
      store_first(value, to + c, count);
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(layer_norm);
void add_layer_norm(Operations& operations) {
  operations.layer_norm.compute = HWY_DYNAMIC_DISPATCH(layer_norm);
}

}  // namespace colourize::kernels::cpu
#endif
