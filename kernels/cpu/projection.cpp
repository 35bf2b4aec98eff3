// A 1x1 convolution whose weights the network has computed. Its groups lie interleaved and share the weights: a vector
// has neighbouring groups of one channel, and a weight is the same for all of it. A block of pixels and outputs is
// computed at a time, so that each vector and each weight that is read serves several sums. A part of the work is a row
// of the output.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/projection.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// What the blocks of one row share.
struct Row {
  const ProjectionArgs& args;
  const float* from;     // the row's first pixel
  const float* weights;  // the picture's
  float* to;
};

// Groups [g, g + count) of outputs [o, o + outputs) of the pixels [x, x + pixels); `count` is at most a vector's.
template <int pixels, int outputs>
HWY_INLINE void compute_block(const Row& row, std::int64_t x, std::int64_t o, std::int64_t g, std::int64_t count) {
  const Floats d;
  const std::int64_t groups = row.args.groups;
  const std::int64_t step = row.args.input.strides.w;
  const float* from = row.from + x * step + g;
  const float* weights = row.weights + o;
  Vector sums[pixels][outputs];  // NOLINT(modernize-avoid-c-arrays): registers
#pragma GCC unroll 4
  for (auto& pixel : sums) {
#pragma GCC unroll 2
    for (Vector& sum : pixel) sum = hn::Zero(d);
  }
  for (std::int64_t c = 0; c < row.args.depth(); ++c) {
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
      const Vector value = load_first(from + p * step, count);
#pragma GCC unroll 2
      for (int i = 0; i < outputs; ++i) sums[p][i] = hn::MulAdd(value, hn::Set(d, weights[i]), sums[p][i]);
    }
    from += groups;
    weights += row.args.outputs();
  }
  float* to = row.to + x * row.args.output.strides.w + o * groups + g;
#pragma GCC unroll 4
  for (int p = 0; p < pixels; ++p) {
#pragma GCC unroll 2
    for (int i = 0; i < outputs; ++i) {
      store_first(sums[p][i], to + p * row.args.output.strides.w + i * groups, count);
    }
  }
}

template <int pixels>
void compute_pixels(const Row& row, std::int64_t x) {
  const std::int64_t outputs = row.args.outputs();
  for (std::int64_t g = 0; g < row.args.groups; g += lanes) {
    const std::int64_t count = row.args.groups - g;
    std::int64_t o = 0;
    for (; o + 2 <= outputs; o += 2) compute_block<pixels, 2>(row, x, o, g, count);
    if (o < outputs) compute_block<pixels, 1>(row, x, o, g, count);
  }
}

void projection(const ProjectionArgs& args, const Context& context) {
  constexpr int pixels = 4;
  const Shape& out = args.output.shape;
  context.pool.run(out.n * out.h, [&](std::int64_t part, int /*thread*/) {
    const std::int64_t n = part / out.h;
    const std::int64_t y = part % out.h;
    const Row row{args, args.input.at(n, y, 0), args.weights.at(n, 0, 0), args.output.at(n, y, 0)};
    std::int64_t x = 0;
    for (; x + pixels <= out.w; x += pixels) compute_pixels<pixels>(row, x);
    for (; x < out.w; ++x) compute_pixels<1>(row, x);
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(projection);
void add_projection(Operations& operations) {
  operations.projection.compute = HWY_DYNAMIC_DISPATCH(projection);
}

}  // namespace colourize::kernels::cpu
#endif
