// A convolution whose weights are large and whose picture is small: the bridge of the wide generator multiplies 302 MB
// of weights with 121 pixels. Here the weights are A of the product, read once and straight from where the checkpoint
// is mapped (OIHW: a row an output channel), and the picture is B:
//
//   B  (channels * kernel_h * kernel_w) x pixels   the transposed im2col matrix in panels, made first, by all threads
//   A  a block of output channels, copied into scratch as it streams by, and widened where it is float16
//   C  output channels x pixels, in scratch; at the end it is transposed into the output, with the epilogue
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/streamed_weights.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <array>
#include <vector>

#include "kernels/cpu/gather.h"
#include "kernels/cpu/multiply-inl.h"
#include "kernels/cpu/store_column-inl.h"
#include "kernels/cpu/widen-inl.h"

#ifndef COLOURIZE_KERNELS_CPU_STREAMED_BLOCKS
#define COLOURIZE_KERNELS_CPU_STREAMED_BLOCKS
namespace colourize::kernels::cpu {

// Blocks of depth that are copied from a row of weights at a time: 6 KB side by side, which memory delivers faster than
// parts of rows that are far apart.
constexpr std::int64_t blocks_at_once = 4;

struct StreamedBlocks {
  StreamedBlocks(const ConvolutionArgs& args, const ConvolutionWeights& weights, int lanes, int tile_rows)
      : panels{.k = weights.window(), .n = args.output.shape.pixels(), .width = 2 * std::int64_t{lanes}},
        rows(std::int64_t{4} * tile_rows),
        count((weights.out_channels + rows - 1) / rows) {}
  std::int64_t floats_per_thread() const { return rows * (blocks_at_once * row_stride + panels.padded_n()); }

  Panels panels;
  std::int64_t rows;   // output channels of a block
  std::int64_t count;  // of blocks
};

}  // namespace colourize::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr std::int64_t channels_each = 64;

// The rows of one panel of B that belong to the channels from `first` on, channels_each of them.
void gather_panel(const ConvolutionArgs& args, const ConvolutionWeights& weights, const Panels& panels,
                  std::int64_t panel, std::int64_t first, float* b) {
  static constexpr std::array<float, channels_each> zeros{};
  const Shape& in = args.input.shape;
  const std::int64_t width = panels.width_of(panel);
  const std::int64_t last = std::min(first + channels_each, in.c);
  const std::int64_t area = std::int64_t{weights.kernel_h} * weights.kernel_w;
  std::array<const float*, 2 * static_cast<std::size_t>(lanes)> pixels{};  // their channel `first`
  for (std::int64_t tap = 0; tap < area; ++tap) {
    for (std::int64_t column = 0; column < width; ++column) {
      const std::int64_t index = panel * panels.width + column;
      const Pixel pixel = pixel_at(args.output.shape, index);
      const std::int64_t y = pixel.y * args.stride + tap / weights.kernel_w - args.padding.top;
      const std::int64_t x = pixel.x * args.stride + tap % weights.kernel_w - args.padding.left;
      const bool inside = index < panels.n && y >= 0 && y < in.h && x >= 0 && x < in.w;
      pixels[static_cast<std::size_t>(column)] = inside ? args.input.at(pixel.n, y, x) + first : zeros.data();
    }
    for (std::int64_t c = first; c < last; ++c) {
      float* row = b + panels.offset(panel) + (c * area + tap) * width;
      for (std::int64_t column = 0; column < width; ++column) {
        row[column] = pixels[static_cast<std::size_t>(column)][c - first];
      }
    }
  }
}

// `count` weights from `first` on, as float32.
void copy_weights(const ConvolutionWeights& weights, std::int64_t first, std::int64_t count, float* to) {
  if (weights.weight != nullptr) {
    std::copy_n(weights.weight + first, count, to);
  } else {
    widen(weights.half_weight + first, count, to);
  }
}

// C's `rows` output channels from `first` on, `columns` floats a row, into the output.
void transpose(const ConvolutionArgs& args, const Convolution& convolution, const VectorEpilogue& epilogue,
               const float* c, std::int64_t first, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t index = 0; index < args.output.shape.pixels(); ++index) {
    store_column(args, convolution, epilogue, c + index, columns, {first, rows}, pixel_at(args.output.shape, index));
  }
}

void streamed_weights(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const ConvolutionWeights& weights = convolution.weights;
  const StreamedBlocks blocks(args, weights, static_cast<int>(lanes), tile_rows);
  const Panels& panels = blocks.panels;
  const DepthBlocks depths(panels.k);
  const VectorEpilogue epilogue(args.epilogue);
  auto* b = static_cast<float*>(args.workspace.data);

  const std::int64_t channel_blocks = (weights.in_channels + channels_each - 1) / channels_each;
  context.pool.run(panels.count() * channel_blocks, [&](std::int64_t part, int /*thread*/) {
    gather_panel(args, weights, panels, part / channel_blocks, part % channel_blocks * channels_each, b);
  });
  context.pool.run(blocks.count, [&](std::int64_t block, int thread) HWY_ATTR {
    float* a = b + panels.floats() + thread * blocks.floats_per_thread();
    float* c = a + blocks_at_once * blocks.rows * row_stride;
    const std::int64_t first = block * blocks.rows;
    const std::int64_t rows = std::min(blocks.rows, weights.out_channels - first);
    for (std::int64_t i = 0; i < depths.count; i += blocks_at_once) {
      const std::int64_t last = std::min(i + blocks_at_once, depths.count);
      for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t block = i; block < last; ++block) {
          copy_weights(weights, (first + row) * panels.k + depths.first(block), depths.depth(block),
                       a + ((block - i) * blocks.rows + row) * row_stride);
        }
      }
      for (std::int64_t block = i; block < last; ++block) {
        multiply_into(c, panels.padded_n(), block != 0, {a + (block - i) * blocks.rows * row_stride, row_stride}, rows,
                      panels, b, {0, panels.count(), depths.first(block), depths.depth(block)});
      }
    }
    transpose(args, convolution, epilogue, c, first, rows, panels.padded_n());
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

std::size_t streamed_weights_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                       const Context& context) {
  const StreamedBlocks blocks(args, convolution.weights, context.lanes, context.tile_rows);
  return static_cast<std::size_t>(blocks.panels.floats() + context.pool.threads() * blocks.floats_per_thread()) *
         sizeof(float);
}

HWY_EXPORT(streamed_weights);
void add_streamed_weights(Operations& operations) {
  operations.streamed_weights = HWY_DYNAMIC_DISPATCH(streamed_weights);
}

}  // namespace colourize::kernels::cpu
#endif
