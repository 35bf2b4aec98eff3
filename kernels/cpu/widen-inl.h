// For each target: IEEE binary16 numbers as float32, which is exact.
#if defined(COLOURIZE_KERNELS_CPU_WIDEN_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_WIDEN_INL_H
#undef COLOURIZE_KERNELS_CPU_WIDEN_INL_H
#else
#define COLOURIZE_KERNELS_CPU_WIDEN_INL_H
#endif

#include <algorithm>
#include <cstdint>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// As many as a float32 vector has lanes.
HWY_INLINE Vector widened(const std::uint16_t* from) {
  const Floats d;
  const hn::Rebind<std::uint16_t, Floats> as_bits;
  const hn::Rebind<hwy::float16_t, Floats> as_float16;
  return hn::PromoteTo(d, hn::BitCast(as_float16, hn::LoadU(as_bits, from)));
}

// Finite numbers. Reads and writes nothing beyond the last.
inline void widen(const std::uint16_t* HWY_RESTRICT from, std::int64_t count, float* HWY_RESTRICT to) {
  const Floats d;
  std::int64_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(widened(from + i), d, to + i);
  if (i == count) return;
  std::uint16_t rest[lanes] = {};  // NOLINT(modernize-avoid-c-arrays)
  std::copy_n(from + i, count - i, rest);
  store_first(widened(rest), to + i, count - i);
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
