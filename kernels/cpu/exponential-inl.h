// For each target: the exponential for a softmax.
#if defined(COLOURIZE_KERNELS_CPU_EXPONENTIAL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_EXPONENTIAL_INL_H
#undef COLOURIZE_KERNELS_CPU_EXPONENTIAL_INL_H
#else
#define COLOURIZE_KERNELS_CPU_EXPONENTIAL_INL_H
#endif

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// e^x for x <= 0, wrong by at most 2 units in the last place. It is 0 below -87, where the result would soon not be a
// normal number; some processors take a hundred times as long for those. NaN stays NaN. This takes half the
// instructions of Highway's function, which accepts any x.
//
// x = n log 2 + r with a whole n and |r| at most half of log 2. The polynomial for e^r is that of the Cephes library's
// expf.
HWY_INLINE Vector exponential(Vector x) {
  const Floats d;
  const hn::RebindToSigned<Floats> whole;
  const Vector least = hn::Set(d, -87.0F);
  const auto tiny = hn::Lt(x, least);
  const Vector bounded = hn::IfThenElse(tiny, least, x);
  // Adding a fraction to a number of this size rounds it to a whole number, which is in the last bits of the result.
  const Vector large = hn::Set(d, 12582912.0F);  // 1.5 * 2^23
  const Vector sum = hn::MulAdd(bounded, hn::Set(d, 1.44269504F), large);
  const Vector n = hn::Sub(sum, large);
  // log 2 in two parts. The first has few bits, so that its product with n is exact.
  Vector r = hn::NegMulAdd(n, hn::Set(d, 0.693359375F), bounded);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4F), r);
  Vector power = hn::Set(d, 1.9875691500e-4F);
  power = hn::MulAdd(power, r, hn::Set(d, 1.3981999507e-3F));
  power = hn::MulAdd(power, r, hn::Set(d, 8.3334519073e-3F));
  power = hn::MulAdd(power, r, hn::Set(d, 4.1665795894e-2F));
  power = hn::MulAdd(power, r, hn::Set(d, 1.6666665459e-1F));
  power = hn::MulAdd(power, r, hn::Set(d, 5.0000001201e-1F));
  power = hn::Add(hn::MulAdd(power, hn::Mul(r, r), r), hn::Set(d, 1.0F));
  // Times 2^n: adds n to the exponent.
  const auto scaled = hn::Add(hn::BitCast(whole, power), hn::ShiftLeft<23>(hn::BitCast(whole, sum)));
  return hn::IfThenZeroElse(tiny, hn::BitCast(d, scaled));
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
