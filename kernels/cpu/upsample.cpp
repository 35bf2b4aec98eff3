// Pixel shuffle and blur in one pass (the contract has the formula). By 2, the four outputs around the corner of four
// input pixels are sums of those pixels' shuffled channels, which one interleaved load separates. A part of the work is
// a row of the input, which gives two of the output. By 4, a part is a row of the output.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/upsample.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// What one input pixel is shuffled into: s[row][column].
struct Shuffled {
  Vector s00;
  Vector s01;
  Vector s10;
  Vector s11;
};

HWY_INLINE Shuffled deinterleave(const float* values) {
  const Floats d;
#if HWY_TARGET == HWY_SCALAR  // has no interleaved load
  return {.s00 = hn::Set(d, values[0]),
          .s01 = hn::Set(d, values[1]),
          .s10 = hn::Set(d, values[2]),
          .s11 = hn::Set(d, values[3])};
#else
  // Variables of their own: GCC compiles a Shuffled's default constructor without the target's instructions.
  Vector s00;
  Vector s01;
  Vector s10;
  Vector s11;
  hn::LoadInterleaved4(d, values, s00, s01, s10, s11);
  return {.s00 = s00, .s01 = s01, .s10 = s10, .s11 = s11};
#endif
}

// Channels [c, c + count) of the shuffled pixel, at most a vector's.
HWY_INLINE Shuffled load_shuffled(const float* pixel, std::int64_t c, std::int64_t count) {
  if (HWY_LIKELY(count >= lanes)) return deinterleave(pixel + 4 * c);
  HWY_ALIGN float values[4 * lanes] = {};  // NOLINT(modernize-avoid-c-arrays)
  for (std::int64_t i = 0; i < 4 * count; ++i) values[i] = pixel[4 * c + i];
  return deinterleave(values);
}

HWY_INLINE Vector mean(Vector above_before, Vector above, Vector before, Vector here) {
  return hn::Mul(hn::Add(hn::Add(hn::Add(above_before, above), before), here), hn::Set(Floats(), 0.25F));
}

// Value by value: one network has it, once, with two channels, in which vectors would find little to do.
void upsample_by_4(const UpsampleArgs& args, const Context& context) {
  const Shape& out = args.output.shape;
  context.pool.run(out.n * out.h, [&](std::int64_t part, int /*thread*/) {
    const std::int64_t n = part / out.h;
    const std::int64_t i = part % out.h;
    const std::int64_t i_above = std::max<std::int64_t>(i - 1, 0);
    for (std::int64_t c = 0; c < out.c; ++c) {
      const float* row = args.input.at(n, i / 4, 0) + 16 * c + i % 4 * 4;
      const float* row_above = args.input.at(n, i_above / 4, 0) + 16 * c + i_above % 4 * 4;
      float* to = args.output.at(n, i, 0) + c;
      // The two shuffled pixels of a column; the one before the first is the first once more.
      float before = row_above[0] + row[0];
      for (std::int64_t j = 0; j < args.input.shape.w; ++j) {
        for (std::int64_t b = 0; b < 4; ++b) {
          const float here = row_above[b] + row[b];
          *to = (before + here) * 0.25F;
          before = here;
          to += args.output.strides.w;
        }
        row += args.input.strides.w;
        row_above += args.input.strides.w;
      }
    }
  });
}

void upsample(const UpsampleArgs& args, const Context& context) {
  if (args.factor == 4) return upsample_by_4(args, context);
  const Shape& in = args.input.shape;
  const std::int64_t channels = args.output.shape.c;
  context.pool.run(in.n * in.h, [&](std::int64_t part, int /*thread*/) HWY_ATTR {
    const std::int64_t n = part / in.h;
    const std::int64_t i = part % in.h;
    for (std::int64_t j = 0; j < in.w; ++j) {
      const float* pixel = args.input.at(n, i, j);
      const float* above = i > 0 ? args.input.at(n, i - 1, j) : nullptr;
      const float* before = j > 0 ? args.input.at(n, i, j - 1) : nullptr;
      const float* above_before = i > 0 && j > 0 ? args.input.at(n, i - 1, j - 1) : nullptr;
      float* top = args.output.at(n, 2 * i, 2 * j);
      float* bottom = args.output.at(n, 2 * i + 1, 2 * j);
      for (std::int64_t c = 0; c < channels; c += lanes) {
        const std::int64_t count = channels - c;
        const Shuffled here = load_shuffled(pixel, c, count);
        // The edge repeats the first row and column of the SHUFFLED picture.
        Shuffled up = {.s00 = here.s00, .s01 = here.s01, .s10 = here.s00, .s11 = here.s01};
        if (above != nullptr) up = load_shuffled(above, c, count);
        Shuffled left = {.s00 = here.s00, .s01 = here.s00, .s10 = here.s10, .s11 = here.s10};
        if (before != nullptr) left = load_shuffled(before, c, count);
        Vector corner = above != nullptr ? up.s10 : left.s01;
        if (above_before != nullptr) corner = load_shuffled(above_before, c, count).s11;
        store_first(mean(corner, up.s10, left.s01, here.s00), top + c, count);
        store_first(mean(up.s10, up.s11, here.s00, here.s01), top + args.output.strides.w + c, count);
        store_first(mean(left.s01, here.s00, left.s11, here.s10), bottom + c, count);
        store_first(mean(here.s00, here.s01, here.s10, here.s11), bottom + args.output.strides.w + c, count);
      }
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(upsample);
void add_upsample(Operations& operations) {
  operations.upsample.compute = HWY_DYNAMIC_DISPATCH(upsample);
}

}  // namespace colourize::kernels::cpu
#endif
