// 1x1 convolutions with a few output channels, fewer than a vector has lanes: a tile of a matrix product would mostly
// be padding. Here the lanes are input channels, and each output is a dot product of a pixel and a row of the
// checkpoint's own weights. A part of the work is a row of output. Pixels are computed in blocks, and a weight is read
// once for each block.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/dot_products.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <hwy/cache_control.h>

#include "kernels/cpu/epilogue-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr int block_pixels = 4;
using Outputs = float[block_pixels][most_dot_products];  // NOLINT(modernize-avoid-c-arrays)

// `pixels` side by side from `input` on, `step` floats apart.
template <int pixels, int outputs>
HWY_INLINE void multiply_pixels(const float* input, std::int64_t step, const ConvolutionWeights& weights, Outputs& to) {
  const Floats d;
  const std::int64_t channels = weights.in_channels;
  Vector sums[pixels][outputs];  // NOLINT(modernize-avoid-c-arrays): registers
#pragma GCC unroll 4
  for (auto& pixel : sums) {
#pragma GCC unroll 4
    for (Vector& sum : pixel) sum = hn::Zero(d);
  }
  for (std::int64_t c = 0; c < channels; c += lanes) {
    Vector factors[outputs];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 4
    for (int o = 0; o < outputs; ++o) factors[o] = load_first(weights.weight + o * channels + c, channels - c);
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) {
      hwy::Prefetch(input + (pixels + p) * step + c);  // of the next block
      const Vector values = load_first(input + p * step + c, channels - c);
#pragma GCC unroll 4
      for (int o = 0; o < outputs; ++o) sums[p][o] = hn::MulAdd(values, factors[o], sums[p][o]);
    }
  }
  for (int p = 0; p < pixels; ++p) {
    for (int o = 0; o < outputs; ++o) to[p][o] = hn::GetLane(hn::SumOfLanes(d, sums[p][o]));
  }
}

template <int outputs>
void multiply_row(const ConvolutionArgs& args, const Convolution& convolution, const VectorEpilogue& epilogue,
                  std::int64_t n, std::int64_t y) {
  HWY_ALIGN Outputs sums;
  const std::int64_t step = args.input.strides.w;
  const std::int64_t width = args.output.shape.w;
  std::int64_t count = 0;
  for (std::int64_t x = 0; x < width; x += count) {
    const float* input = args.input.at(n, y, x);
    count = x + block_pixels <= width ? block_pixels : 1;
    if (count == 1) {
      multiply_pixels<1, outputs>(input, step, convolution.weights, sums);
    } else {
      multiply_pixels<block_pixels, outputs>(input, step, convolution.weights, sums);
    }
    for (std::int64_t p = 0; p < count; ++p) {
      const float* residual = args.epilogue.residual_at(n, y, x + p);
      float* to = args.output.at(n, y, x + p);
      for (std::int64_t o = 0; o < outputs; o += lanes) {
        const std::int64_t channels = outputs - o;
        const Vector sum = load_first(static_cast<const float*>(sums[p]) + o, channels);
        const Vector shifted = hn::Add(sum, load_first(convolution.bias.data() + o, channels));
        store_first(epilogue(shifted, o, channels, residual), to + o, channels);
      }
    }
  }
}

auto row_function(std::int64_t outputs) {
  static_assert(most_dot_products == 4);
  switch (outputs) {
    case 1:
      return multiply_row<1>;
    case 2:
      return multiply_row<2>;
    case 3:
      return multiply_row<3>;
    default:
      return multiply_row<4>;
  }
}

void dot_products(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const Shape& out = args.output.shape;
  const VectorEpilogue epilogue(args.epilogue);
  const auto multiply = row_function(out.c);
  context.pool.run(out.n * out.h, [&](std::int64_t row, int /*thread*/) {
    multiply(args, convolution, epilogue, row / out.h, row % out.h);
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

HWY_EXPORT(dot_products);
void add_dot_products(Operations& operations) {
  operations.dot_products = HWY_DYNAMIC_DISPATCH(dot_products);
}

}  // namespace colourize::kernels::cpu
#endif
