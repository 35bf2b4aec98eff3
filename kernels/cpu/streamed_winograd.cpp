// 3x3 convolutions of stride 1 with large weights and a small picture, as streamed_weights.cpp has them, by Winograd's
// F(3x3,3x3): the weights, read once and straight from where the checkpoint is mapped, are transformed as they stream
// by, for transformed ones (25 numbers for 9) would take more memory and more time to read than they save. Larger tiles
// multiply no less here: the bridge's 11x11 and 18x18 pixels are 16 and 36 tiles in 25 planes, or by F(4x4) 9 and 25 in
// 36, which take nearly as many vectors.
//
//   B  planes x in_channels x tiles    B^T d B of every tile, a plane's in panels; made first, by all threads
//   A  planes x out_channels x depth   G g G^T of a block of output channels, some input channels deep, in scratch
//   C  planes x out_channels x tiles   A times B, in scratch; at the end A^T C A, and its columns into the output
//
// The numbers and their source are in winograd_transform.h; plane i * 5 + j is row i, column j of a transformed tile.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/streamed_winograd.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <type_traits>

#include "kernels/cpu/multiply-inl.h"
#include "kernels/cpu/store_column-inl.h"
#include "kernels/cpu/widen-inl.h"
#include "kernels/cpu/winograd_tiles.h"
#include "kernels/cpu/winograd_transform-inl.h"

#ifndef COLOURIZE_KERNELS_CPU_STREAMED_WINOGRAD_BLOCKS
#define COLOURIZE_KERNELS_CPU_STREAMED_WINOGRAD_BLOCKS
namespace colourize::kernels::cpu {

struct StreamedWinogradBlocks {
  StreamedWinogradBlocks(const ConvolutionArgs& args, const ConvolutionWeights& weights, int lanes, int tile_rows)
      : tiles(args.output.shape, output_tile),
        panels{.k = weights.in_channels, .n = tiles.count, .width = 2 * std::int64_t{lanes}},
        rows(std::int64_t{6} * tile_rows),
        count((weights.out_channels + rows - 1) / rows) {}

  std::int64_t b_floats() const { return planes * panels.floats(); }
  // A block's row of A holds several planes side by side, so that its memory is dense.
  std::int64_t a_plane(std::int64_t plane) const {
    return plane / planes_a_row * rows * row_stride + plane % planes_a_row * depth;
  }
  std::int64_t a_floats() const { return (planes + planes_a_row - 1) / planes_a_row * rows * row_stride; }
  std::int64_t c_plane() const { return rows * panels.padded_n(); }
  std::int64_t floats_per_thread() const { return a_floats() + planes * c_plane(); }

  static constexpr int output_tile = 3;
  static constexpr int side = output_tile + 2;
  static constexpr std::int64_t planes = std::int64_t{side} * side;
  // Of all planes of A together, the second-level cache holds this many input channels.
  static constexpr std::int64_t depth = 96;
  static constexpr std::int64_t planes_a_row = largest_depth / depth;
  WinogradTiles tiles;
  Panels panels;
  std::int64_t rows;   // output channels of a block
  std::int64_t count;  // of blocks
};

}  // namespace colourize::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

constexpr int output_tile = StreamedWinogradBlocks::output_tile;
constexpr int side = StreamedWinogradBlocks::side;
constexpr std::int64_t channels_each = 64;
static_assert(channels_each % lanes == 0 && StreamedWinogradBlocks::depth % lanes == 0);

// B's column of one tile, channels [first, last), in every plane.
void transform_input(const ConvolutionArgs& args, const StreamedWinogradBlocks& blocks, std::int64_t tile,
                     std::int64_t first, std::int64_t last, float* b) {
  const Floats d;
  const Shape& in = args.input.shape;
  const Pixel corner = blocks.tiles.at(tile);
  const std::int64_t panel = tile / blocks.panels.width;
  const std::int64_t width = blocks.panels.width_of(panel);
  float* column = b + blocks.panels.offset(panel) + tile % blocks.panels.width;
  for (std::int64_t c = first; c < last; c += lanes) {
    const std::int64_t count = std::min(lanes, last - c);
    transform_input_tile<output_tile>(
        [&](int i, int j) HWY_ATTR {
          const std::int64_t y = corner.y + i - args.padding.top;
          const std::int64_t x = corner.x + j - args.padding.left;
          const bool inside = y >= 0 && y < in.h && x >= 0 && x < in.w;
          return inside ? load_first(args.input.at(corner.n, y, x) + c, count) : hn::Zero(d);
        },
        [&](int i, int j, Vector value) HWY_ATTR {
          HWY_ALIGN float channels[lanes];  // NOLINT(modernize-avoid-c-arrays)
          hn::Store(value, d, channels);
          float* plane = column + (i * side + j) * blocks.panels.floats();
          for (std::int64_t k = 0; k < count; ++k) plane[(c + k) * width] = channels[k];
        });
  }
}

// G g in one dimension, but for the factors that B^T has taken over; see winograd_transform.h.
HWY_INLINE void transform_kernel(const Vector (&g)[3],
                                 Vector (&u)[side]) {  // NOLINT(modernize-avoid-c-arrays): registers
  const Vector two = hn::Set(Floats(), 2.0F);
  const Vector outer = hn::Add(g[0], g[2]);
  u[0] = g[0];
  u[1] = hn::Add(outer, g[1]);
  u[2] = hn::Sub(outer, g[1]);
  u[3] = hn::MulAdd(two, hn::MulAdd(two, g[2], g[1]), g[0]);
  u[4] = g[2];
}

// The 3 x 3 kernels of `lanes` input channels, 9 floats each, side by side, into one vector of each plane, `lanes`
// channels.
HWY_INLINE void transform_kernels(const float* kernels, float* a, const StreamedWinogradBlocks& blocks) {
  const Floats d;
  Vector g[3];     // NOLINT(modernize-avoid-c-arrays)
  Vector u[side];  // NOLINT(modernize-avoid-c-arrays)
  // g G^T: element 3 c + y of columns[j] is of kernel row y of channel c.
  HWY_ALIGN float columns[side][3 * lanes];  // NOLINT(modernize-avoid-c-arrays)
  for (std::int64_t third = 0; third < 3 * lanes; third += lanes) {
    hn::LoadInterleaved3(d, kernels + 3 * third, g[0], g[1], g[2]);
    transform_kernel(g, u);
    for (int j = 0; j < side; ++j) hn::Store(u[j], d, columns[j] + third);
  }
  for (int j = 0; j < side; ++j) {
    hn::LoadInterleaved3(d, columns[j], g[0], g[1], g[2]);
    transform_kernel(g, u);
    for (int i = 0; i < side; ++i) hn::Store(u[i], d, a + blocks.a_plane(i * side + j));
  }
}

// A's row of one output channel: `count` input channels, float or float16. `next`: those that come then, which lie far
// away; they are fetched.
template <class Number>
void transform_row(const Number* kernels, const Number* next, std::int64_t count, float* a,
                   const StreamedWinogradBlocks& blocks) {
  constexpr bool plain = std::is_same_v<Number, float>;
  constexpr auto numbers_a_line = static_cast<std::int64_t>(line_bytes / sizeof(Number));
  HWY_ALIGN float some[9 * lanes];  // NOLINT(modernize-avoid-c-arrays)
  std::int64_t c = 0;
  for (; c + lanes <= count; c += lanes) {
    for (std::int64_t i = 9 * c; i < 9 * (c + lanes); i += numbers_a_line) hwy::Prefetch(next + i);
    if constexpr (plain) {
      transform_kernels(kernels + 9 * c, a + c, blocks);
    } else {
      widen(kernels + 9 * c, 9 * lanes, some);
      transform_kernels(some, a + c, blocks);
    }
  }
  if (c == count) return;
  std::fill_n(some, 9 * lanes, 0.0F);
  if constexpr (plain) {
    std::copy_n(kernels + 9 * c, 9 * (count - c), some);
  } else {
    widen(kernels + 9 * c, 9 * (count - c), some);
  }
  transform_kernels(some, a + c, blocks);
}

// A: `depth` input channels from `k` on, of a block of output channels.
template <class Number>
void transform_block(const Number* weights, const ChannelRange& channels, std::int64_t k, std::int64_t depth, float* a,
                     const StreamedWinogradBlocks& blocks) {
  const std::int64_t row_numbers = blocks.panels.k * 9;
  const Number* first = weights + channels.first * row_numbers + k * 9;
  for (std::int64_t row = 0; row < channels.count; ++row) {
    const Number* next = row + 1 < channels.count ? first + (row + 1) * row_numbers : first + depth * 9;
    transform_row(first + row * row_numbers, next, depth, a + row * row_stride, blocks);
  }
}

// A^T C A of one row of C: output pixel (i, j) of every tile takes the place of plane i * 3 + j.
void transform_output(float* c, const StreamedWinogradBlocks& blocks) {
  const Floats d;
  for (std::int64_t tile = 0; tile < blocks.panels.padded_n(); tile += lanes) {
    // All of a tile is read before any of it is written.
    transform_output_tile<output_tile>(
        [&](int i, int j) HWY_ATTR { return hn::LoadU(d, c + (i * side + j) * blocks.c_plane() + tile); },
        [&](int i, int j, Vector value)
            HWY_ATTR { hn::StoreU(value, d, c + (i * output_tile + j) * blocks.c_plane() + tile); });
  }
}

// The pixels of every tile, at the output channels of the block.
void store(const ConvolutionArgs& args, const Convolution& convolution, const VectorEpilogue& epilogue,
           const StreamedWinogradBlocks& blocks, const ChannelRange& channels, const float* c) {
  for (std::int64_t tile = 0; tile < blocks.panels.n; ++tile) {
    const Pixel corner = blocks.tiles.at(tile);
    for (int i = 0; i < output_tile * output_tile; ++i) {
      const Pixel pixel = {corner.n, corner.y + i / output_tile, corner.x + i % output_tile};
      if (pixel.y >= args.output.shape.h || pixel.x >= args.output.shape.w) continue;
      store_column(args, convolution, epilogue, c + i * blocks.c_plane() + tile, blocks.panels.padded_n(), channels,
                   pixel);
    }
  }
}

void streamed_winograd(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const ConvolutionWeights& weights = convolution.weights;
  const StreamedWinogradBlocks blocks(args, weights, static_cast<int>(lanes), tile_rows);
  const Panels& panels = blocks.panels;
  const VectorEpilogue epilogue(args.epilogue);
  auto* b = static_cast<float*>(args.workspace.data);

  const std::int64_t channel_parts = (panels.k + channels_each - 1) / channels_each;
  context.pool.run(panels.n * channel_parts, [&](std::int64_t part, int /*thread*/) {
    const std::int64_t first = part % channel_parts * channels_each;
    transform_input(args, blocks, part / channel_parts, first, std::min(first + channels_each, panels.k), b);
  });
  context.pool.run(blocks.count, [&](std::int64_t block, int thread) HWY_ATTR {
    float* a = b + blocks.b_floats() + thread * blocks.floats_per_thread();
    float* c = a + blocks.a_floats();
    const ChannelRange channels = {block * blocks.rows,
                                   std::min(blocks.rows, weights.out_channels - block * blocks.rows)};
    for (std::int64_t k = 0; k < panels.k; k += StreamedWinogradBlocks::depth) {
      const std::int64_t depth = std::min(StreamedWinogradBlocks::depth, panels.k - k);
      if (weights.weight != nullptr) {
        transform_block(weights.weight, channels, k, depth, a, blocks);
      } else {
        transform_block(weights.half_weight, channels, k, depth, a, blocks);
      }
      for (std::int64_t plane = 0; plane < StreamedWinogradBlocks::planes; ++plane) {
        multiply_into(c + plane * blocks.c_plane(), panels.padded_n(), k != 0, {a + blocks.a_plane(plane), row_stride},
                      channels.count, panels, b + plane * panels.floats(), {0, panels.count(), k, depth});
      }
    }
    for (std::int64_t row = 0; row < channels.count; ++row) transform_output(c + row * panels.padded_n(), blocks);
    store(args, convolution, epilogue, blocks, channels, c);
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

std::size_t streamed_winograd_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                        const Context& context) {
  const StreamedWinogradBlocks blocks(args, convolution.weights, context.lanes, context.tile_rows);
  return static_cast<std::size_t>(blocks.b_floats() + context.pool.threads() * blocks.floats_per_thread()) *
         sizeof(float);
}

HWY_EXPORT(streamed_winograd);
void add_streamed_winograd(Operations& operations) {
  operations.streamed_winograd = HWY_DYNAMIC_DISPATCH(streamed_winograd);
}

}  // namespace colourize::kernels::cpu
#endif
