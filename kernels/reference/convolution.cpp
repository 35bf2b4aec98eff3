// Convolution as im2col and a matrix product (Chellapilla et al. 2006), 64 output pixels at a time:
//
//   columns   64 x (in / groups * kernel_h * kernel_w)   the window of each output pixel, in the order of a weight's
//             row
//   weights   (out / groups) x (the same)                as in the checkpoint; nothing is repacked
//   product   64 x (out / groups)                        columns * weights^T, then bias and epilogue
//
// A tile is one part of the work. Its pixels do not depend on the number of threads, so the order of a sum does not
// either.
#include <algorithm>

#include <Eigen/Core>

#include "kernels/reference/epilogue.h"
#include "kernels/reference/reference.h"
#include "kernels/reference/rounding.h"

namespace colourize::kernels::reference {
namespace {

constexpr std::int64_t tile_pixels = 64;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::int64_t floats_per_thread(const ConvolutionWeights& weights) {
  return tile_pixels * (weights.window() + weights.out_channels / weights.groups);
}

// The window of output pixel (n, i, j) over the channels [first, first + count): channel, kernel row, kernel column.
void gather_window(const ConvolutionArgs& args, const ConvolutionWeights& weights, Precision precision, std::int64_t n,
                   std::int64_t i, std::int64_t j, std::int64_t first, std::int64_t count, float* window) {
  const Shape& in = args.input.shape;
  const std::int64_t kernel_area = std::int64_t{weights.kernel_h} * weights.kernel_w;
  for (int ky = 0; ky < weights.kernel_h; ++ky) {
    for (int kx = 0; kx < weights.kernel_w; ++kx) {
      const std::int64_t y = i * args.stride + ky - args.padding.top;
      const std::int64_t x = j * args.stride + kx - args.padding.left;
      const bool inside = y >= 0 && y < in.h && x >= 0 && x < in.w;
      const float* pixel = inside ? args.input.at(n, y, x) + first : nullptr;
      float* to = window + std::int64_t{ky} * weights.kernel_w + kx;
      for (std::int64_t c = 0; c < count; ++c) {
        to[c * kernel_area] = inside ? round_operand(pixel[c], precision) : 0.0F;
      }
    }
  }
}

}  // namespace

std::shared_ptr<const PackedWeights> rounded(const ConvolutionWeights& weights, Precision precision) {
  auto result = std::make_shared<RoundedWeights>();
  result->values.assign(weights.weight, weights.weight + weights.elements());
  for (float& value : result->values) value = round_operand(value, precision);
  return result;
}

void Weights::use(const float* weight, std::shared_ptr<const PackedWeights> packed) {
  rounded_ = std::dynamic_pointer_cast<const RoundedWeights>(packed);
  weights_.weight = rounded_ == nullptr ? weight : rounded_->values.data();
}

AlgorithmFacts Weights::facts() const {
  return {.name = "im2col",
          .reason = "the reference knows no other",
          .multiplications = 0,
          .packed_bytes = rounded_ == nullptr ? 0 : rounded_->values.size() * sizeof(float)};
}

namespace {

std::size_t workspace(const ConvolutionArgs& args, const Context& context) {
  const auto& weights = dynamic_cast<const Weights&>(*args.weights).get();
  return static_cast<std::size_t>(context.pool.threads() * floats_per_thread(weights)) * sizeof(float);
}

void compute(const ConvolutionArgs& args, const Context& context) {
  const auto& weights = dynamic_cast<const Weights&>(*args.weights).get();
  const Shape& out = args.output.shape;
  const std::int64_t window = weights.window();
  const std::int64_t group_in = weights.in_channels / weights.groups;
  const std::int64_t group_out = weights.out_channels / weights.groups;
  const std::int64_t tiles = (out.pixels() + tile_pixels - 1) / tile_pixels;

  context.pool.run(tiles, [&](std::int64_t tile, int thread) {
    const std::int64_t first = tile * tile_pixels;
    const std::int64_t pixels = std::min(tile_pixels, out.pixels() - first);
    float* scratch = static_cast<float*>(args.workspace.data) + thread * floats_per_thread(weights);
    Eigen::Map<Matrix> columns(scratch, pixels, window);
    Eigen::Map<Matrix> product(scratch + tile_pixels * window, pixels, group_out);

    const auto coordinates = [&](std::int64_t p) {
      struct Place {
        std::int64_t n, y, x;
      };
      return Place{(first + p) / (out.h * out.w), (first + p) / out.w % out.h, (first + p) % out.w};
    };
    for (int group = 0; group < weights.groups; ++group) {
      for (std::int64_t p = 0; p < pixels; ++p) {
        const auto [n, y, x] = coordinates(p);
        gather_window(args, weights, context.precision, n, y, x, group * group_in, group_in, &columns(p, 0));
      }
      const Eigen::Map<const Matrix> kernel(weights.weight + group * group_out * window, group_out, window);
      product.noalias() = columns * kernel.transpose();
      for (std::int64_t p = 0; p < pixels; ++p) {
        const auto [n, y, x] = coordinates(p);
        float* values = args.output.at(n, y, x) + group * group_out;
        for (std::int64_t o = 0; o < group_out; ++o) {
          values[o] = product(p, o) + (weights.bias != nullptr ? weights.bias[group * group_out + o] : 0.0F);
        }
      }
    }
    for (std::int64_t p = 0; p < pixels; ++p) {
      const auto [n, y, x] = coordinates(p);
      const float* residual = args.epilogue.residual_at(n, y, x);
      apply_epilogue(args.epilogue, residual, args.output.at(n, y, x), out.c);
    }
  });
}

}  // namespace

const Implementation<ConvolutionArgs> convolution{.compute = compute, .workspace = workspace};

}  // namespace colourize::kernels::reference
