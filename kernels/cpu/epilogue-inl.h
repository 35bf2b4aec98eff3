// For each target: the epilogue on one vector.
#include <cstdint>
#include <limits>

#if defined(COLOURIZE_KERNELS_CPU_EPILOGUE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_EPILOGUE_INL_H
#undef COLOURIZE_KERNELS_CPU_EPILOGUE_INL_H
#else
#define COLOURIZE_KERNELS_CPU_EPILOGUE_INL_H
#endif

#include "kernels/cpu/gelu-inl.h"
#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// NaN stays NaN, so that damaged weights show in the result. The operand order is right for x86's min and max; those of
// other processors turn NaN into a number.
struct Clamp {
  HWY_INLINE Vector operator()(Vector value) const {
    const Floats d;
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
    return hn::Min(hn::Set(d, high), hn::Max(hn::Set(d, low), value));
#else
    value = hn::IfThenElse(hn::Lt(value, hn::Set(d, low)), hn::Set(d, low), value);
    return hn::IfThenElse(hn::Gt(value, hn::Set(d, high)), hn::Set(d, high), value);
#endif
  }
  // Both clamps, one after the other.
  Clamp operator*(const Clamp& other) const {
    Clamp both = *this;
    both.low = other.low > low ? other.low : low;
    both.high = other.high < high ? other.high : high;
    return both;
  }

  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

// An activation: a clamp, or a curve that is not a clamp. Clamps are cheap and common, so kernels inline them for a
// whole tile of vectors. A curve is a call for each vector.
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
      case Activation::gelu:
        curve_ = gelu;
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

// The epilogue for `count` channels from `channel` on, at most one vector. `residual`: the pixel's first channel, or
// null.
class VectorEpilogue {
 public:
  explicit VectorEpilogue(const Epilogue& epilogue)
      : before_(epilogue.before),
        affine_(epilogue.affine),
        after_(epilogue.after),
        clamp_(before_.clamp() * after_.clamp()),
        has_curve_(!before_.is_clamp() || !after_.is_clamp()),
        clamps_alone_(affine_.scale == nullptr && !has_curve_) {}

  HWY_INLINE Vector operator()(Vector value, std::int64_t channel, std::int64_t count, const float* residual) const {
    return after_(with_residual(transformed(before_(value), channel, count), channel, count, residual));
  }
  // The same where has_curve() is false, for kernels that keep vectors in registers. A call of a curve would take these
  // registers.
  HWY_INLINE Vector clamped(Vector value, std::int64_t channel, std::int64_t count, const float* residual) const {
    value = transformed(before_.clamp()(value), channel, count);
    return after_.clamp()(with_residual(value, channel, count, residual));
  }
  bool has_curve() const { return has_curve_; }

  // True where clamp() is the whole epilogue, if there is no residual.
  bool clamps_alone() const { return clamps_alone_; }
  const Clamp& clamp() const { return clamp_; }

 private:
  HWY_INLINE Vector transformed(Vector value, std::int64_t channel, std::int64_t count) const {
    if (affine_.scale == nullptr) return value;
    return hn::MulAdd(value, load_first(affine_.scale + channel, count), load_first(affine_.shift + channel, count));
  }
  static HWY_INLINE Vector with_residual(Vector value, std::int64_t channel, std::int64_t count,
                                         const float* residual) {
    return residual == nullptr ? value : hn::Add(value, load_first(residual + channel, count));
  }

  VectorActivation before_;
  Affine affine_;
  VectorActivation after_;
  // Derived from these once, because kernels ask for each tile.
  Clamp clamp_;
  bool has_curve_;
  bool clamps_alone_;
};

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
