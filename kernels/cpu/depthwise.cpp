// Convolution of each channel on its own: no product of matrices, so every value is read from the first-level cache and
// multiplied once. A part of the work is a row of output; weights are rows of channels, one a tap.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/depthwise.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// Taps [first, last) of a kernel of `size` whose first tap lies at `start` fall inside [0, extent).
struct Inside {
  Inside(std::int64_t start, std::int64_t size, std::int64_t extent)
      : first(std::max<std::int64_t>(0, -start)), last(std::min(size, extent - start)) {}
  std::int64_t first;
  std::int64_t last;
};

constexpr int block_pixels = 4;

// What one row of output shares.
struct Row {
  const ConvolutionArgs& args;
  const Convolution& convolution;
  const VectorEpilogue& epilogue;
  std::int64_t n;
  std::int64_t i;  // of the output
  std::int64_t y;  // of the input, where the kernel's first row falls
  Inside rows;
  std::int64_t padded;  // floats of one tap's weights
};

// Output pixels [j, j + pixels) of a row, whose taps [columns) fall inside the input for all of them: a weight that is
// loaded serves all.
template <int pixels>
HWY_INLINE void compute_pixels(const Row& row, std::int64_t j, const Inside& columns) {
  const Floats d;
  const ConvolutionArgs& args = row.args;
  const int kernel_w = row.convolution.weights.kernel_w;
  const std::int64_t channels = args.output.shape.c;
  const std::int64_t x = j * args.stride - args.padding.left;
  const std::int64_t step = args.stride * args.input.strides.w;
  for (std::int64_t c = 0; c < channels; c += lanes) {
    const std::int64_t count = channels - c;
    Vector sums[pixels];  // NOLINT(modernize-avoid-c-arrays): registers
    const Vector bias = hn::LoadU(d, row.convolution.bias.data() + c);
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) sums[p] = bias;
    for (std::int64_t ky = row.rows.first; ky < row.rows.last; ++ky) {
      const float* from = args.input.at(row.n, row.y + ky, x + columns.first) + c;
      const float* factors = row.convolution.packed.data() + (ky * kernel_w + columns.first) * row.padded + c;
      for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
        const Vector factor = hn::Load(d, factors);
#pragma GCC unroll 4
        for (int p = 0; p < pixels; ++p) sums[p] = hn::MulAdd(load_first(from + p * step, count), factor, sums[p]);
        from += args.input.strides.w;
        factors += row.padded;
      }
    }
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
      const float* residual = args.epilogue.residual_at(row.n, row.i, j + p);
      store_first(row.epilogue(sums[p], c, count, residual), args.output.at(row.n, row.i, j + p) + c, count);
    }
  }
}

void depthwise(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const ConvolutionWeights& weights = convolution.weights;
  const Shape& in = args.input.shape;
  const Shape& out = args.output.shape;
  const VectorEpilogue epilogue(args.epilogue);
  context.pool.run(out.n * out.h, [&](std::int64_t part, int /*thread*/) {
    const std::int64_t i = part % out.h;
    const std::int64_t y = i * args.stride - args.padding.top;
    const Row row = {args,
                     convolution,
                     epilogue,
                     part / out.h,
                     i,
                     y,
                     Inside(y, weights.kernel_h, in.h),
                     (out.c + lanes - 1) / lanes * lanes};
    const auto columns_at = [&](std::int64_t j) {
      return Inside(j * args.stride - args.padding.left, weights.kernel_w, in.w);
    };
    const auto whole = [&](const Inside& columns) { return columns.first == 0 && columns.last == weights.kernel_w; };
    for (std::int64_t j = 0; j < out.w;) {
      const Inside columns = columns_at(j);
      if (whole(columns) && j + block_pixels <= out.w && whole(columns_at(j + block_pixels - 1))) {
        compute_pixels<block_pixels>(row, j, columns);
        j += block_pixels;
      } else {
        compute_pixels<1>(row, j, columns);
        ++j;
      }
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(depthwise);
void add_depthwise(Operations& operations) {
  operations.depthwise = HWY_DYNAMIC_DISPATCH(depthwise);
}

}  // namespace colourize::kernels::cpu
#endif
