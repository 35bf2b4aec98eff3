// For each target: GELU.
#if defined(COLOURIZE_KERNELS_CPU_GELU_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_GELU_INL_H
#undef COLOURIZE_KERNELS_CPU_GELU_INL_H
#else
#define COLOURIZE_KERNELS_CPU_GELU_INL_H
#endif

#include "kernels/cpu/exponential-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// x / 2 * (1 + erf(x / sqrt 2)) in a form without cancellation, with the tail Q(z) = erfc(z / sqrt 2) / 2:
//
//   max(x, 0) - |x| Q(|x|)       Q(z) = exp(-z^2 / 2) P(t), t = 1 / (1 + 0.35 z)
//
// P is a polynomial without a constant term, the form of Abramowitz and Stegun 7.1.26. Its coefficients are our own.
// They minimise the largest relative error for 0 <= z <= 14, which is 4.7e-8; least squares with weights that follow
// the error found them. The total error as measured (tests/kernels/gelu_test.cpp) is at most 1.22 * 2^-23 of |x| and,
// from -5 to 0, where the result is only the tail, 5.8 * 2^-23 of the result. Beyond 14 the tail is 0 in float32. NaN
// stays NaN; infinity becomes itself or 0.
//
// This is a call, not inlined, so that the code for an epilogue's other activations stays the same.
inline HWY_NOINLINE Vector gelu(Vector x) {
  const Floats d;
  const Vector magnitude = hn::Abs(x);
  const Vector z = hn::Min(hn::Set(d, 14.0F), magnitude);
  const Vector one = hn::Set(d, 1.0F);
  const Vector t = hn::Div(one, hn::MulAdd(z, hn::Set(d, 0.35F), one));
  Vector p = hn::Set(d, -0.029146038F);
  p = hn::MulAdd(p, t, hn::Set(d, 0.14397226F));
  p = hn::MulAdd(p, t, hn::Set(d, -0.2557155F));
  p = hn::MulAdd(p, t, hn::Set(d, 0.15917566F));
  p = hn::MulAdd(p, t, hn::Set(d, -0.023110919F));
  p = hn::MulAdd(p, t, hn::Set(d, 0.105508484F));
  p = hn::MulAdd(p, t, hn::Set(d, 0.11983274F));
  p = hn::MulAdd(p, t, hn::Set(d, 0.13986188F));
  p = hn::MulAdd(p, t, hn::Set(d, 0.1396214F));
  const Vector tail = hn::Mul(hn::Mul(p, t), exponential(hn::Mul(hn::Mul(z, z), hn::Set(d, -0.5F))));
  // Not Max, which turns NaN into a number on some targets.
  const Vector positive = hn::IfThenZeroElse(hn::Lt(x, hn::Zero(d)), x);
  return hn::Sub(positive, hn::Mul(z, tail));
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
