// Any convolution as a matrix product whose A, the im2col matrix, is made block by block (implicit GEMM):
//
//   A  pixels x (kernel_h * kernel_w * channels)   a block of rows is gathered into this thread's scratch, then used
//   B  (kernel_h * kernel_w * channels) x outputs  repacked into panels beforehand
//   C  pixels x outputs                            in this thread's scratch; a tile of it passes from the first-level cache
//                                                  through the epilogue to the output once its last block of depth is added
//
// A part of the work is a block of pixels times a range of panels; the order of a sum does not depend on the parts.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/implicit_gemm.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <array>

#include "kernels/cpu/gather.h"
#include "kernels/cpu/multiply-inl.h"
#include "kernels/cpu/packing.h"

#ifndef COLOURIZE_KERNELS_CPU_IMPLICIT_GEMM_BLOCKS
#define COLOURIZE_KERNELS_CPU_IMPLICIT_GEMM_BLOCKS
namespace colourize::kernels::cpu {

// How the pixels and the panels are cut. By the shapes alone.
struct GemmBlocks {
  GemmBlocks(const Shape& output, const Panels& panels, int tile_rows)
      : rows(std::int64_t{8} * tile_rows),
        row_blocks((output.pixels() + rows - 1) / rows),
        // Few pixels: the panels are shared out too, but not so finely that gathering A outweighs its use.
        panels_each(std::clamp<std::int64_t>(panels.count() * row_blocks / enough_parts, 4, panels.count() + 4)),
        panel_blocks((panels.count() + panels_each - 1) / panels_each),
        c_columns(panels_each * panels.width + 16) {}
  // A block of A, and its part of C.
  std::int64_t floats_per_thread() const { return rows * (row_stride + c_columns); }

  static constexpr std::int64_t enough_parts = 64;
  std::int64_t rows;
  std::int64_t row_blocks;
  std::int64_t panels_each;
  std::int64_t panel_blocks;
  std::int64_t c_columns;  // floats from one row of C to the next
};
constexpr std::int64_t most_rows = std::int64_t{8} * 14;

}  // namespace colourize::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// The output pixels of a block at their channel `first_channel`, the residual's at their first.
struct OutputRows {
  OutputRows(const ConvolutionArgs& args, std::int64_t first_pixel, std::int64_t rows, std::int64_t first_channel)
      : count(std::min(rows, args.output.shape.pixels() - first_pixel)) {
    Pixel pixel = pixel_at(args.output.shape, first_pixel);
    for (std::int64_t row = 0; row < count; ++row, advance(pixel, args.output.shape)) {
      const auto index = static_cast<std::size_t>(row);
      pixels[index] = pixel;
      to[index] = args.output.at(pixel.n, pixel.y, pixel.x) + first_channel;
      residual[index] = args.epilogue.residual_at(pixel.n, pixel.y, pixel.x);
    }
  }

  std::int64_t count;
  std::array<Pixel, most_rows> pixels;
  std::array<float*, most_rows> to;
  std::array<const float*, most_rows> residual;
};

// Where a tile of C lies in it.
struct TileRange {
  std::int64_t row;
  std::int64_t column;  // of the group's output channels
  std::int64_t width;
};

// Bias and epilogue of a tile of C, into the output.
void finish_tile(const TilePlace& tile, const TileRange& range, const OutputRows& rows, std::int64_t channels,
                 const float* bias, const VectorEpilogue& epilogue, std::int64_t first_channel) {
  const Floats d;
  const float* from = tile.c;
  for (std::int64_t row = range.row; row < std::min(range.row + tile_rows, rows.count); ++row, from += tile.columns) {
    const float* residual = rows.residual[static_cast<std::size_t>(row)];
    float* to = rows.to[static_cast<std::size_t>(row)];
    for (std::int64_t i = 0; i < range.width; i += lanes) {
      const std::int64_t column = range.column + i;
      const std::int64_t count = channels - column;
      if (count <= 0) break;
      const Vector sum = hn::Add(hn::LoadU(d, from + i), hn::LoadU(d, bias + first_channel + column));
      store_first(epilogue(sum, first_channel + column, count, residual), to + column, count);
    }
  }
}

void implicit_gemm(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const ConvolutionWeights& weights = convolution.weights;
  const Panels panels = gemm_panels(weights, context);
  const GemmBlocks blocks(args.output.shape, panels, tile_rows);
  const DepthBlocks depths(panels.k);
  const VectorEpilogue epilogue(args.epilogue);
  const std::int64_t group_in = weights.in_channels / weights.groups;

  context.pool.run(blocks.row_blocks * blocks.panel_blocks * weights.groups, [&](std::int64_t part, int thread) {
    const std::int64_t group = part / (blocks.row_blocks * blocks.panel_blocks);
    const std::int64_t first_pixel = part / blocks.panel_blocks % blocks.row_blocks * blocks.rows;
    const std::int64_t first_panel = part % blocks.panel_blocks * blocks.panels_each;
    const std::int64_t last_panel = std::min(first_panel + blocks.panels_each, panels.count());
    const std::int64_t first_channel = group * panels.n;
    float* a = static_cast<float*>(args.workspace.data) + thread * blocks.floats_per_thread();
    float* c = a + blocks.rows * row_stride;
    const Windows windows(args, weights, group * group_in, group_in);
    const OutputRows rows(args, first_pixel, blocks.rows, first_channel);

    for (std::int64_t block = 0; block < depths.count; ++block) {
      const PanelRange range = {first_panel, last_panel, depths.first(block), depths.depth(block)};
      const Windows::Place first = windows.place(range.k);
      for (std::int64_t row = 0; row < rows.count; ++row) {
        windows.copy(rows.pixels[static_cast<std::size_t>(row)], first, range.depth, a + row * row_stride);
      }
      // With a single block of depth, a tile lives only from its product to its epilogue: one place for all of them, which
      // stays in the first-level cache.
      const auto place = [&](std::int64_t row, std::int64_t column) {
        if (depths.count == 1) return TilePlace{c, panels.width, false};
        return TilePlace{c + row * blocks.c_columns + column - first_panel * panels.width, blocks.c_columns,
                         block != 0};
      };
      multiply_block(a, rows.count, panels, convolution.packed.data() + group * panels.floats(), range, place,
                     [&](std::int64_t row, std::int64_t column, std::int64_t width) {
                       if (block + 1 < depths.count) return;
                       finish_tile(place(row, column), {row, column, width}, rows, panels.n, convolution.bias.data(),
                                   epilogue, first_channel);
                     });
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

std::size_t implicit_gemm_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                    const Context& context) {
  const GemmBlocks blocks(args.output.shape, gemm_panels(convolution.weights, context), context.tile_rows);
  return static_cast<std::size_t>(context.pool.threads() * blocks.floats_per_thread()) * sizeof(float);
}

HWY_EXPORT(implicit_gemm);
void add_implicit_gemm(Operations& operations) {
  operations.implicit_gemm = HWY_DYNAMIC_DISPATCH(implicit_gemm);
}

}  // namespace colourize::kernels::cpu
#endif
