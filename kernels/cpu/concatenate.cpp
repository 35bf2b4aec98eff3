// Puts channels side by side, each input through its affine, all through the activation. A row of the output is a part
// of the work.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/concatenate.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <array>

#include "kernels/cpu/epilogue-inl.h"
#include "kernels/cpu/pixels-inl.h"
#include "kernels/upsampled_concatenation.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

void concatenate(const ConcatenateArgs& args, const Context& context) {
  if (args.upsample_first) {
    return concatenate_upsampled(
        args, [&](const UpsampleArgs& part) { context.operations.upsample(part, context); },
        [&](const PointwiseArgs& part) { context.operations.pointwise(part, context); });
  }
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

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(concatenate);
void add_concatenate(Operations& operations) {
  operations.concatenate.compute = HWY_DYNAMIC_DISPATCH(concatenate);
}

}  // namespace colourize::kernels::cpu
#endif
