// For each target: a walk over all pixels, for operations that read and write each pixel once and are bound by memory.
#if defined(COLOURIZE_KERNELS_CPU_PIXELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_PIXELS_INL_H
#undef COLOURIZE_KERNELS_CPU_PIXELS_INL_H
#else
#define COLOURIZE_KERNELS_CPU_PIXELS_INL_H
#endif

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// Calls visit(n, y, x) for every pixel; each row is a part.
template <class Visit>
void for_each_pixel(const Shape& shape, const Context& context, const Visit& visit) {
  context.pool.run(shape.n * shape.h, [&](std::int64_t row, int /*thread*/) {
    for (std::int64_t x = 0; x < shape.w; ++x) visit(row / shape.h, row % shape.h, x);
  });
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
