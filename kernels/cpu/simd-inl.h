// Per target: vectors of floats, their partial loads and stores, and the epilogue on one vector.
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
constexpr int tile_rows = 10;  // of 32; GCC loads rows of A ahead, and from 11 on spills sums for them
#else
constexpr int tile_rows = 6;  // of 16
#endif

// Whether a masked load or store touches what its mask leaves out. Highway 1.0's scalar load always does.
#define COLOURIZE_MASKED_TOUCHES_ALL (HWY_MEM_OPS_MIGHT_FAULT || HWY_TARGET == HWY_SCALAR)

// Fewer floats than a vector's, by powers of two: of a loop over them GCC makes a call of memmove.
HWY_INLINE void copy_few(const float* from, std::int64_t count, float* to) {
#pragma GCC unroll 4
  for (std::int64_t some = lanes / 2; some > 0; some /= 2) {
    if ((count & some) == 0) continue;
    std::memcpy(to, from, static_cast<std::size_t>(some) * sizeof(float));
    from += some;
    to += some;
  }
}

// The first `count` floats at `from`, at most a vector's and perhaps none; zeros after them. Reads nothing beyond.
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

// NaN stays NaN (the operand order is that of x86's min and max), so that damaged weights are seen at the end.
struct Clamp {
  HWY_INLINE Vector operator()(Vector value) const {
    const Floats d;
    return hn::Min(hn::Set(d, high), hn::Max(hn::Set(d, low), value));
  }
  // One after the other.
  Clamp operator*(const Clamp& other) const {
    Clamp both = *this;
    both.low = other.low > low ? other.low : low;
    both.high = other.high < high ? other.high : high;
    return both;
  }

  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

// An activation: a clamp, or else a curve that is no clamp. Clamps are so cheap, and so common, that kernels write them out for a
// whole tile of vectors; a curve is a call for each vector.
class VectorActivation {
 public:
  explicit VectorActivation(Activation activation) {
    switch (activation) {
      case Activation::none:
        return;
      case Activation::relu:
        clamp_ = {.low = 0};
        return;
      case Activation::relu6:
        clamp_ = {.low = 0, .high = 6};
        return;
    }
  }
  HWY_INLINE Vector operator()(Vector value) const {
    return HWY_LIKELY(curve_ == nullptr) ? clamp_(value) : curve_(value);
  }
  bool is_clamp() const { return curve_ == nullptr; }
  const Clamp& clamp() const { return clamp_; }

 private:
  Clamp clamp_;
  Vector (*curve_)(Vector) = nullptr;
};

// The epilogue for `count` channels from `channel` on, at most a vector's. `residual`: the pixel's first, or null.
class VectorEpilogue {
 public:
  explicit VectorEpilogue(const Epilogue& epilogue)
      : before_(epilogue.before), affine_(epilogue.affine), after_(epilogue.after) {}

  HWY_INLINE Vector operator()(Vector value, std::int64_t channel, std::int64_t count, const float* residual) const {
    value = before_(value);
    if (affine_.scale != nullptr) {
      value = hn::MulAdd(value, load_first(affine_.scale + channel, count), load_first(affine_.shift + channel, count));
    }
    if (residual != nullptr) value = hn::Add(value, load_first(residual + channel, count));
    return after_(value);
  }

  // Where there is no residual, clamp() is all of it.
  bool clamps_alone() const { return affine_.scale == nullptr && before_.is_clamp() && after_.is_clamp(); }
  Clamp clamp() const { return before_.clamp() * after_.clamp(); }

 private:
  VectorActivation before_;
  Affine affine_;
  VectorActivation after_;
};

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
