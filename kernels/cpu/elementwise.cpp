// The operations that read and write each pixel once: bound by memory, a row of the output a part.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/elementwise.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <hwy/contrib/math/math-inl.h>

#include <algorithm>

#include "kernels/cpu/exponential-inl.h"
#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// Calls visit(n, y, x) for every pixel, a row a part.
template <class Visit>
void for_each_pixel(const Shape& shape, const Context& context, const Visit& visit) {
  context.pool.run(shape.n * shape.h, [&](std::int64_t row, int /*thread*/) {
    for (std::int64_t x = 0; x < shape.w; ++x) visit(row / shape.h, row % shape.h, x);
  });
}

void pointwise(const PointwiseArgs& args, const Context& context) {
  const VectorEpilogue epilogue(args.epilogue);
  const std::int64_t channels = args.output.shape.c;
  for_each_pixel(args.output.shape, context, [&](std::int64_t n, std::int64_t y, std::int64_t x) HWY_ATTR {
    const float* from = args.input.at(n, y, x);
    float* to = args.output.at(n, y, x);
    const float* residual = args.epilogue.residual_at(n, y, x);
    for (std::int64_t c = 0; c < channels; c += lanes) {
      const std::int64_t count = channels - c;
      const Vector value = load_first(from + c, count);
      store_first(epilogue(value, c, count, residual), to + c, count);
    }
  });
}

void concatenate(const ConcatenateArgs& args, const Context& context) {
  const std::array<VectorEpilogue, 2> epilogues = {
      VectorEpilogue({.affine = args.affines[0], .residual = {}, .after = args.activation}),
      VectorEpilogue({.affine = args.affines[1], .residual = {}, .after = args.activation})};
  for_each_pixel(args.output.shape, context, [&](std::int64_t n, std::int64_t y, std::int64_t x) HWY_ATTR {
    float* to = args.output.at(n, y, x);
    for (std::size_t i = 0; i < 2; ++i) {
      const ConstView& input = args.inputs[i];
      const float* from = input.at(n, y, x);
      const std::int64_t channels = input.shape.c;
      for (std::int64_t c = 0; c < channels; c += lanes) {
        const std::int64_t count = channels - c;
        store_first(epilogues[i](load_first(from + c, count), c, count, nullptr), to + c, count);
      }
      to += channels;
    }
  });
}

void sigmoid_range(const SigmoidRangeArgs& args, const Context& context) {
  // A picture has 3 channels: where pixels lie side by side, vectors run on over a row of them.
  Shape shape = args.output.shape;
  if (args.input.strides.w == shape.c && args.output.strides.w == shape.c)
    shape = {shape.n, shape.h, 1, shape.w * shape.c};
  const std::int64_t channels = shape.c;
  for_each_pixel(shape, context, [&](std::int64_t n, std::int64_t y, std::int64_t x) HWY_ATTR {
    const Floats d;
    const float* from = args.input.at(n, y, x);
    float* to = args.output.at(n, y, x);
    for (std::int64_t c = 0; c < channels; c += lanes) {
      // Beyond 87 the sigmoid is 0 or 1 to the last bit, and the exponential would leave float32. NaN stays.
      const Vector value = load_first(from + c, channels - c);
      const Vector bounded = hn::Min(hn::Set(d, 87.0F), hn::Max(hn::Set(d, -87.0F), value));
      const Vector divisor = hn::Add(hn::Set(d, 1.0F), hn::Exp(d, hn::Neg(bounded)));
      const Vector scaled = hn::Div(hn::Set(d, args.high - args.low), divisor);
      store_first(hn::Add(hn::Set(d, args.low), scaled), to + c, channels - c);
    }
  });
}

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

HWY_EXPORT(pointwise);
HWY_EXPORT(concatenate);
HWY_EXPORT(sigmoid_range);
HWY_EXPORT(softmax);
void add_elementwise(Operations& operations) {
  operations.pointwise = HWY_DYNAMIC_DISPATCH(pointwise);
  operations.concatenate = HWY_DYNAMIC_DISPATCH(concatenate);
  operations.sigmoid_range = HWY_DYNAMIC_DISPATCH(sigmoid_range);
  operations.softmax = HWY_DYNAMIC_DISPATCH(softmax);
}

}  // namespace colourize::kernels::cpu
#endif
