// The operations that read and write each pixel once: bound by memory, a row of the output a part.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/elementwise.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <hwy/contrib/math/math-inl.h>

#include <algorithm>

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
    const Vector lowest = hn::Set(d, std::numeric_limits<float>::lowest());
    const Vector factor = hn::Set(d, 1 / args.temperature);
    const auto load = [&](std::int64_t c, Vector otherwise) HWY_ATTR {
      const auto count = static_cast<std::size_t>(std::min(channels - c, lanes));
      return hn::IfThenElse(hn::FirstN(d, count), load_first(from + c, channels - c), otherwise);
    };
    Vector largest = lowest;
    for (std::int64_t c = 0; c < channels; c += lanes) largest = hn::Max(largest, load(c, lowest));
    largest = hn::MaxOfLanes(d, largest);
    Vector sum = hn::Zero(d);
    for (std::int64_t c = 0; c < channels; c += lanes) {
      const std::int64_t count = channels - c;
      const auto valid = hn::FirstN(d, static_cast<std::size_t>(std::min(count, lanes)));
      const Vector value = hn::Exp(d, hn::Mul(hn::Sub(load(c, largest), largest), factor));
      sum = hn::Add(sum, hn::IfThenElseZero(valid, value));
      store_first(value, to + c, count);
    }
    const Vector scale = hn::Div(hn::Set(d, 1.0F), hn::SumOfLanes(d, sum));
    for (std::int64_t c = 0; c < channels; c += lanes) {
      store_first(hn::Mul(load_first(to + c, channels - c), scale), to + c, channels - c);
    }
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
