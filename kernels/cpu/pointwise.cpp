// An epilogue by itself. A row of the output is a part of the work.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/pointwise.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include "kernels/cpu/epilogue-inl.h"
#include "kernels/cpu/pixels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

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

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(pointwise);
void add_pointwise(Operations& operations) {
  operations.pointwise.compute = HWY_DYNAMIC_DISPATCH(pointwise);
}

}  // namespace colourize::kernels::cpu
#endif
