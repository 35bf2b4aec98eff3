// Convolution of each channel on its own. There is no matrix product, so reading takes as long as multiplying. Pixels
// are computed in blocks, side by side: each value and each weight that is read serves all pixels of the block that
// need it. A part of the work is some rows of output and a few vectors of channels, so that what one row reads is still
// in the first-level cache when the next rows need it. Weights are rows of channels, one row for each tap.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/depthwise.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>

#include "kernels/cpu/epilogue-inl.h"
#include "kernels/cpu/gather.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// What the rows of one part share.
struct Row {
  const ConvolutionArgs& args;
  const Convolution& convolution;
  const VectorEpilogue& epilogue;
  std::int64_t n;
  std::int64_t i;  // of the output
  std::int64_t y;  // of the input, where the kernel's first row falls
  Inside rows;
  std::int64_t padded;  // floats of one tap's weights
  std::int64_t first_channel;
  std::int64_t last_channel;
};

// One output pixel, for any kernel and stride.
void compute_pixel(const Row& row, std::int64_t j) {
  const Floats d;
  const ConvolutionArgs& args = row.args;
  const int kernel_w = row.convolution.weights.kernel_w;
  const std::int64_t x = j * args.stride - args.padding.left;
  const Inside columns(x, kernel_w, args.input.shape.w);
  for (std::int64_t c = row.first_channel; c < row.last_channel; c += lanes) {
    const std::int64_t count = row.last_channel - c;
    Vector sum = hn::LoadU(d, row.convolution.bias.data() + c);
    for (std::int64_t ky = row.rows.first; ky < row.rows.last; ++ky) {
      const float* from = args.input.at(row.n, row.y + ky, x + columns.first) + c;
      const float* factors = row.convolution.packed_weights() + (ky * kernel_w + columns.first) * row.padded + c;
      for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
        sum = hn::MulAdd(load_first(from, count), hn::Load(d, factors), sum);
        from += args.input.strides.w;
        factors += row.padded;
      }
    }
    store_first(row.epilogue(sum, c, count, args.epilogue.residual_at(row.n, row.i, j)),
                args.output.at(row.n, row.i, j) + c, count);
  }
}

// A block of output pixels from column j on, by kernels of `kernel` columns.
template <int kernel, int stride>
struct Block {
  static constexpr int pixels = 8;
  // Columns of the input that the block's windows cover.
  static constexpr int columns = (pixels - 1) * stride + kernel;
  // Columns outside, at either edge, where kernels are centred and sizes divide evenly.
  static constexpr int margin = (kernel - 1) / 2;

  Block(const Row& row, std::int64_t j)
      : row(row),
        x(j * stride - row.args.padding.left),
        inside(x, columns, row.args.input.shape.w),
        count(std::min<std::int64_t>(pixels, row.args.output.shape.w - j)),
        to(row.args.output.at(row.n, row.i, j)),
        residual(row.args.epilogue.residual_at(row.n, row.i, j)) {}

  // All pixels, and all columns but so many at the left and the right.
  bool has(std::int64_t less_left, std::int64_t less_right) const {
    return count == pixels && inside.first == less_left && inside.last == columns - less_right;
  }

  // Which columns of a block exist: looked up, or known to the compiler: all except some at the left, the right or
  // both.
  enum class Known { no, all, left, right, both };

  // Channels [c, c + lanes). Where the columns are known, all these channels and all pixels exist too.
  template <Known known>
  HWY_INLINE void compute(std::int64_t c) const {
    const Floats d;
    const ConvolutionArgs& args = row.args;
    const std::int64_t channels = known == Known::no ? row.last_channel - c : lanes;
    constexpr int less_left = known == Known::left || known == Known::both ? margin : 0;
    constexpr int less_right = known == Known::right || known == Known::both ? margin : 0;
    const std::int64_t step = args.input.strides.w;
    Vector sums[pixels];  // NOLINT(modernize-avoid-c-arrays): registers
    const Vector bias = hn::LoadU(d, row.convolution.bias.data() + c);
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) sums[p] = bias;
    const float* from = args.input.at(row.n, row.y + row.rows.first, x) + c;
    const float* weights = row.convolution.packed_weights() + row.rows.first * kernel * row.padded + c;
    for (std::int64_t ky = row.rows.first; ky < row.rows.last; ++ky) {
      Vector factors[kernel];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 8
      for (int kx = 0; kx < kernel; ++kx) factors[kx] = hn::Load(d, weights + kx * row.padded);
#pragma GCC unroll 32
      for (int column = 0; column < columns; ++column) {
        const bool there = known == Known::no ? column >= inside.first && column < inside.last
                                              : column >= less_left && column < columns - less_right;
        const Vector value = there ? load_first(from + column * step, channels) : hn::Zero(d);
#pragma GCC unroll 8
        for (int p = 0; p < pixels; ++p) {
          const int kx = column - p * stride;
          if (kx >= 0 && kx < kernel) sums[p] = hn::MulAdd(value, factors[kx], sums[p]);
        }
      }
      from += args.input.strides.h;
      weights += kernel * row.padded;
    }
    const std::int64_t to_step = args.output.strides.w;
    if (known != Known::no && residual == nullptr && row.epilogue.clamps_alone()) {
      const Clamp clamp = row.epilogue.clamp();
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) hn::StoreU(clamp(sums[p]), d, to + p * to_step + c);
      return;
    }
    if (HWY_UNLIKELY(row.epilogue.has_curve())) {
      HWY_ALIGN float tile[pixels * lanes];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 8
      for (int p = 0; p < pixels; ++p) hn::Store(sums[p], d, tile + p * lanes);
      return store_curved(tile, c, channels);
    }
#pragma GCC unroll 8
    for (int p = 0; p < pixels; ++p) {
      if (known == Known::no && p >= count) return;
      store_first(row.epilogue.clamped(sums[p], c, channels, residual_of(p)), to + p * to_step + c, channels);
    }
  }

  // Puts each pixel's accumulators, a vector, through an epilogue that has a curve.
  HWY_NOINLINE void store_curved(const float* sums, std::int64_t c, std::int64_t channels) const {
    for (std::int64_t p = 0; p < count; ++p) {
      const Vector sum = hn::Load(Floats(), sums + p * lanes);
      store_first(row.epilogue(sum, c, channels, residual_of(p)), to + p * row.args.output.strides.w + c, channels);
    }
  }

  const float* residual_of(std::int64_t p) const {
    return residual == nullptr ? nullptr : residual + p * row.args.epilogue.residual.strides.w;
  }

  const Row& row;
  std::int64_t x;
  Inside inside;
  std::int64_t count;  // of pixels that exist
  float* to;           // the first one's channels
  const float* residual;
};

template <int kernel, int stride>
void compute_row(const Row& row) {
  using RowBlock = Block<kernel, stride>;
  for (std::int64_t j = 0; j < row.args.output.shape.w; j += RowBlock::pixels) {
    const RowBlock block(row, j);
    std::int64_t c = row.first_channel;
    const auto compute_whole_vectors = [&]<typename RowBlock::Known known>() HWY_ATTR {
      for (; c + lanes <= row.last_channel; c += lanes) block.template compute<known>(c);
    };
    if (block.has(0, 0)) {
      compute_whole_vectors.template operator()<RowBlock::Known::all>();
    } else if (block.has(RowBlock::margin, 0)) {
      compute_whole_vectors.template operator()<RowBlock::Known::left>();
    } else if (block.has(0, RowBlock::margin)) {
      compute_whole_vectors.template operator()<RowBlock::Known::right>();
    } else if (block.has(RowBlock::margin, RowBlock::margin)) {
      compute_whole_vectors.template operator()<RowBlock::Known::both>();
    }
    for (; c < row.last_channel; c += lanes) block.template compute<RowBlock::Known::no>(c);
  }
}

void compute_row_of_any(const Row& row) {
  for (std::int64_t j = 0; j < row.args.output.shape.w; ++j) compute_pixel(row, j);
}

// The kernels of the generators, and all others.
auto row_function(const ConvolutionArgs& args, const ConvolutionWeights& weights) {
  const auto is = [&](int kernel, int stride) { return weights.kernel_w == kernel && args.stride == stride; };
  if (is(3, 1)) return compute_row<3, 1>;
  if (is(3, 2)) return compute_row<3, 2>;
  if (is(5, 1)) return compute_row<5, 1>;
  if (is(5, 2)) return compute_row<5, 2>;
  if (is(7, 1)) return compute_row<7, 1>;
  return compute_row_of_any;
}

// Cuts the work. Depends on the shapes only.
struct Parts {
  explicit Parts(const Shape& output)
      : channel_parts((output.c + channels - 1) / channels),
        rows(std::max<std::int64_t>(output.h * channel_parts / enough, 1)),
        row_parts((output.h + rows - 1) / rows) {}
  std::int64_t count(const Shape& output) const { return output.n * row_parts * channel_parts; }

  static constexpr std::int64_t channels = 4 * lanes;
  static constexpr std::int64_t enough = 32;
  std::int64_t channel_parts;
  std::int64_t rows;
  std::int64_t row_parts;
};

void depthwise(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const ConvolutionWeights& weights = convolution.weights;
  const Shape& out = args.output.shape;
  const VectorEpilogue epilogue(args.epilogue);
  const auto compute = row_function(args, weights);
  const Parts parts(out);
  context.pool.run(parts.count(out), [&](std::int64_t part, int /*thread*/) {
    const std::int64_t first_channel = part % parts.channel_parts * Parts::channels;
    const std::int64_t first_row = part / parts.channel_parts % parts.row_parts * parts.rows;
    for (std::int64_t i = first_row; i < std::min(first_row + parts.rows, out.h); ++i) {
      const std::int64_t y = i * args.stride - args.padding.top;
      compute({args, convolution, epilogue, part / (parts.channel_parts * parts.row_parts), i, y,
               Inside(y, weights.kernel_h, args.input.shape.h), (out.c + lanes - 1) / lanes * lanes, first_channel,
               std::min(first_channel + Parts::channels, out.c)});
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
