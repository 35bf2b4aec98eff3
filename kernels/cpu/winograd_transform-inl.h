// For each target: Winograd's transforms of inputs and outputs, on vectors of channels or of tiles.
#if defined(COLOURIZE_KERNELS_CPU_WINOGRAD_TRANSFORM_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_WINOGRAD_TRANSFORM_INL_H
#undef COLOURIZE_KERNELS_CPU_WINOGRAD_TRANSFORM_INL_H
#else
#define COLOURIZE_KERNELS_CPU_WINOGRAD_TRANSFORM_INL_H
#endif

#include "kernels/cpu/simd-inl.h"
#include "kernels/cpu/winograd_transform.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// B^T d and A^T m in one dimension; see winograd_transform.h.
template <int output_tile>
struct Transform;

template <>
struct Transform<2> {
  static HWY_INLINE void input(const Vector (&d)[4], Vector (&t)[4]) {  // NOLINT(modernize-avoid-c-arrays): registers
    t[0] = hn::Sub(d[0], d[2]);
    t[1] = hn::Add(d[1], d[2]);
    t[2] = hn::Sub(d[2], d[1]);
    t[3] = hn::Sub(d[3], d[1]);
  }
  static HWY_INLINE void output(const Vector (&m)[4], Vector (&y)[2]) {  // NOLINT(modernize-avoid-c-arrays)
    y[0] = hn::Add(hn::Add(m[0], m[1]), m[2]);
    y[1] = hn::Add(hn::Sub(m[1], m[2]), m[3]);
  }
};

template <>
struct Transform<3> {
  static HWY_INLINE void input(const Vector (&d)[5], Vector (&t)[5]) {  // NOLINT(modernize-avoid-c-arrays)
    const Floats f;
    const Vector odd = hn::Sub(d[3], d[1]);
    t[0] = hn::MulAdd(hn::Set(f, 0.5F), odd, hn::Sub(d[0], d[2]));
    t[1] = hn::MulAdd(hn::Set(f, 0.5F), hn::Sub(d[2], d[3]), d[1]);
    t[2] =
        hn::NegMulAdd(hn::Set(f, 1 / 6.0F), hn::MulAdd(hn::Set(f, 2.0F), d[1], d[3]), hn::Mul(hn::Set(f, 0.5F), d[2]));
    t[3] = hn::Mul(hn::Set(f, 1 / 6.0F), odd);
    t[4] = hn::NegMulAdd(hn::Set(f, 2.0F), odd, hn::Sub(d[4], d[2]));
  }
  static HWY_INLINE void output(const Vector (&m)[5], Vector (&y)[3]) {  // NOLINT(modernize-avoid-c-arrays)
    const Floats f;
    const Vector sum = hn::Add(m[1], m[2]);
    y[0] = hn::Add(hn::Add(m[0], sum), m[3]);
    y[1] = hn::MulAdd(hn::Set(f, 2.0F), m[3], hn::Sub(m[1], m[2]));
    y[2] = hn::MulAdd(hn::Set(f, 4.0F), m[3], hn::Add(sum, m[4]));
  }
};

template <>
struct Transform<4> {
  static constexpr auto a = static_cast<float>(winograd_a);
  static constexpr auto b = static_cast<float>(winograd_b);

  static HWY_INLINE void input(const Vector (&d)[6], Vector (&t)[6]) {  // NOLINT(modernize-avoid-c-arrays)
    const Floats f;
    const Vector even_a = hn::NegMulAdd(hn::Set(f, 2.0F), d[2], d[4]);
    const Vector odd_a = hn::MulSub(hn::Set(f, a), d[3], hn::Mul(hn::Set(f, b), d[1]));
    const Vector even_b = hn::NegMulAdd(hn::Set(f, 0.5F), d[2], d[4]);
    const Vector odd_b = hn::MulSub(hn::Set(f, b), d[3], hn::Mul(hn::Set(f, a), d[1]));
    t[0] = hn::NegMulAdd(hn::Set(f, 2.5F), d[2], hn::Add(d[0], d[4]));
    t[1] = hn::Add(even_a, odd_a);
    t[2] = hn::Sub(even_a, odd_a);
    t[3] = hn::Add(even_b, odd_b);
    t[4] = hn::Sub(even_b, odd_b);
    t[5] = hn::NegMulAdd(hn::Set(f, 2.5F), d[3], hn::Add(d[1], d[5]));
  }
  static HWY_INLINE void output(const Vector (&m)[6], Vector (&y)[4]) {  // NOLINT(modernize-avoid-c-arrays)
    const Floats f;
    const Vector sum_a = hn::Add(m[1], m[2]);
    const Vector difference_a = hn::Sub(m[1], m[2]);
    const Vector sum_b = hn::Add(m[3], m[4]);
    const Vector difference_b = hn::Sub(m[3], m[4]);
    y[0] = hn::Add(m[0], hn::Add(sum_a, sum_b));
    y[1] = hn::MulAdd(hn::Set(f, a), difference_a, hn::Mul(hn::Set(f, b), difference_b));
    y[2] = hn::MulAdd(hn::Set(f, 0.5F), sum_a, hn::Mul(hn::Set(f, 2.0F), sum_b));
    y[3] = hn::Add(hn::MulAdd(hn::Set(f, a / 2), difference_a, hn::Mul(hn::Set(f, 2 * b), difference_b)), m[5]);
  }
};

template <>
struct Transform<6> {
  static HWY_INLINE void input(const Vector (&d)[8], Vector (&t)[8]) {  // NOLINT(modernize-avoid-c-arrays)
    const Floats f;
    const Vector even_1 = hn::NegMulAdd(hn::Set(f, 4.25F), d[4], hn::Add(d[2], d[6]));
    const Vector odd_1 = hn::NegMulAdd(hn::Set(f, 4.25F), d[3], hn::Add(d[1], d[5]));
    const Vector even_2 = hn::NegMulAdd(hn::Set(f, 1.25F), d[4], hn::MulAdd(hn::Set(f, 0.25F), d[2], d[6]));
    const Vector odd_2 = hn::NegMulAdd(hn::Set(f, 2.5F), d[3], hn::MulAdd(hn::Set(f, 0.5F), d[1], hn::Add(d[5], d[5])));
    const Vector even_half = hn::NegMulAdd(hn::Set(f, 5.0F), d[4], hn::MulAdd(hn::Set(f, 4.0F), d[2], d[6]));
    const Vector odd_half =
        hn::NegMulAdd(hn::Set(f, 2.5F), d[3], hn::MulAdd(hn::Set(f, 0.5F), d[5], hn::Add(d[1], d[1])));
    t[0] = hn::MulAdd(hn::Set(f, 5.25F), hn::Sub(d[4], d[2]), hn::Sub(d[0], d[6]));
    t[1] = hn::Add(even_1, odd_1);
    t[2] = hn::Sub(even_1, odd_1);
    t[3] = hn::Add(even_2, odd_2);
    t[4] = hn::Sub(even_2, odd_2);
    t[5] = hn::Add(even_half, odd_half);
    t[6] = hn::Sub(even_half, odd_half);
    t[7] = hn::MulAdd(hn::Set(f, 5.25F), hn::Sub(d[3], d[5]), hn::Sub(d[7], d[1]));
  }
  static HWY_INLINE void output(const Vector (&m)[8], Vector (&y)[6]) {  // NOLINT(modernize-avoid-c-arrays)
    const Floats f;
    const Vector sum_1 = hn::Add(m[1], m[2]);
    const Vector difference_1 = hn::Sub(m[1], m[2]);
    const Vector sum_2 = hn::Add(m[3], m[4]);
    const Vector difference_2 = hn::Sub(m[3], m[4]);
    const Vector sum_half = hn::Add(m[5], m[6]);
    const Vector difference_half = hn::Sub(m[5], m[6]);
    // 1 + 2^k of the second + 2^-k of the third.
    const auto combine = [&](Vector first, Vector second, float factor, Vector third) HWY_ATTR {
      return hn::MulAdd(hn::Set(f, factor), second, hn::MulAdd(hn::Set(f, 1 / factor), third, first));
    };
    y[0] = hn::Add(hn::Add(m[0], sum_1), hn::Add(sum_2, sum_half));
    y[1] = combine(difference_1, difference_2, 2, difference_half);
    y[2] = combine(sum_1, sum_2, 4, sum_half);
    y[3] = combine(difference_1, difference_2, 8, difference_half);
    y[4] = combine(sum_1, sum_2, 16, sum_half);
    y[5] = hn::Add(combine(difference_1, difference_2, 32, difference_half), m[7]);
  }
};

// B^T d B: value(i, j) returns an element of d; result(i, j, vector) receives an element of the product.
template <int output_tile, class Value, class Result>
HWY_INLINE void transform_input_tile(const Value& value, const Result& result) {
  constexpr int side = output_tile + 2;
  Vector columns[side][side];  // NOLINT(modernize-avoid-c-arrays): B^T d, a column after the other
  for (int j = 0; j < side; ++j) {
    Vector values[side];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 8
    for (int i = 0; i < side; ++i) values[i] = value(i, j);
    Transform<output_tile>::input(values, columns[j]);
  }
  for (int i = 0; i < side; ++i) {
    Vector values[side];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 8
    for (int j = 0; j < side; ++j) values[j] = columns[j][i];
    Vector transformed[side];  // NOLINT(modernize-avoid-c-arrays)
    Transform<output_tile>::input(values, transformed);
#pragma GCC unroll 8
    for (int j = 0; j < side; ++j) result(i, j, transformed[j]);
  }
}

// A^T m A: value(i, j) returns an element of m; result(i, j, vector) receives an element of the product.
template <int output_tile, class Value, class Result>
HWY_INLINE void transform_output_tile(const Value& value, const Result& result) {
  constexpr int side = output_tile + 2;
  Vector columns[side][output_tile];  // NOLINT(modernize-avoid-c-arrays): A^T m, a column after the other
  for (int j = 0; j < side; ++j) {
    Vector values[side];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 8
    for (int i = 0; i < side; ++i) values[i] = value(i, j);
    Transform<output_tile>::output(values, columns[j]);
  }
  for (int i = 0; i < output_tile; ++i) {
    Vector values[side];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 8
    for (int j = 0; j < side; ++j) values[j] = columns[j][i];
    Vector outputs[output_tile];  // NOLINT(modernize-avoid-c-arrays)
    Transform<output_tile>::output(values, outputs);
    for (int j = 0; j < output_tile; ++j) result(i, j, outputs[j]);
  }
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
