// For each target: vectors of floats, with partial loads and stores.
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(COLOURIZE_KERNELS_CPU_SIMD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_SIMD_INL_H
#undef COLOURIZE_KERNELS_CPU_SIMD_INL_H
#else
#define COLOURIZE_KERNELS_CPU_SIMD_INL_H
#endif

#include <hwy/highway.h>

#include "kernels/cpu/operations.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR
using Floats = hn::CappedTag<float, 1>;
#elif HWY_TARGET == HWY_AVX3
using Floats = hn::CappedTag<float, 16>;
#elif HWY_TARGET == HWY_AVX2
using Floats = hn::CappedTag<float, 8>;
#else
using Floats = hn::CappedTag<float, 4>;
#endif
using Vector = hn::Vec<Floats>;
constexpr auto lanes = static_cast<std::int64_t>(hn::MaxLanes(Floats()));

// Rows of a tile: as many as leave registers for a panel's two vectors and one of A.
#if HWY_TARGET == HWY_AVX3
constexpr int tile_rows = 14;  // of 32 registers
#elif HWY_TARGET == HWY_NEON || HWY_TARGET == HWY_NEON_WITHOUT_AES
constexpr int tile_rows = 10;  // of 32; GCC loads rows of A ahead, and from 11 on spills accumulators for them
#else
constexpr int tile_rows = 6;  // of 16
#endif

// True where a masked load or store touches what its mask leaves out. Highway 1.0's scalar load always does.
#define COLOURIZE_MASKED_TOUCHES_ALL (HWY_MEM_OPS_MIGHT_FAULT || HWY_TARGET == HWY_SCALAR)

// Copies fewer floats than a vector has, by powers of two, because GCC turns a loop over them into a call of memmove.
HWY_INLINE void copy_few(const float* from, std::int64_t count, float* to) {
#pragma GCC unroll 4
  for (std::int64_t some = lanes / 2; some > 0; some /= 2) {
    if ((count & some) == 0) continue;
    std::memcpy(to, from, static_cast<std::size_t>(some) * sizeof(float));
    from += some;
    to += some;
  }
}

// Loads the first `count` floats at `from`, from none to a vector, with zeros after them. Reads nothing beyond them.
HWY_INLINE Vector load_first(const float* from, std::int64_t count) {
  const Floats d;
  if (HWY_LIKELY(count >= lanes)) return hn::LoadU(d, from);
#if COLOURIZE_MASKED_TOUCHES_ALL
  HWY_ALIGN float values[lanes] = {};  // NOLINT(modernize-avoid-c-arrays)
  copy_few(from, count, values);
  return hn::Load(d, values);
#else
  return hn::MaskedLoad(hn::FirstN(d, static_cast<std::size_t>(count)), d, from);
#endif
}

HWY_INLINE void store_first(Vector value, float* to, std::int64_t count) {
  const Floats d;
  if (HWY_LIKELY(count >= lanes)) return hn::StoreU(value, d, to);
#if COLOURIZE_MASKED_TOUCHES_ALL
  HWY_ALIGN float values[lanes];  // NOLINT(modernize-avoid-c-arrays)
  hn::Store(value, d, values);
  copy_few(values, count, to);
#else
  hn::BlendedStore(value, hn::FirstN(d, static_cast<std::size_t>(count)), d, to);
#endif
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
