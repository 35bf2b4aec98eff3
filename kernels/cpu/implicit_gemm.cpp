// Any convolution as a matrix product whose A, the im2col matrix, is made block by block (implicit GEMM):
//
//   A  pixels x (kernel_h * kernel_w * channels)   a block of rows is gathered into this thread's scratch memory, then
//      used; for a 1x1 convolution with pixels at equal distances, A is the input itself
//   B  (kernel_h * kernel_w * channels) x outputs  repacked into panels beforehand, float16 ones where the weights are;
//      of those a block of rows widens each panel into this thread's scratch memory
//   C  pixels x outputs                            a tile goes from registers through the epilogue to the output; where
//      the sums are cut into blocks of depth, it first goes through this thread's scratch memory
//
// A part of the work is a block of pixels times a range of panels. The order of a sum does not depend on the parts.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/implicit_gemm.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <array>

#include "kernels/cpu/epilogue-inl.h"
#include "kernels/cpu/gather.h"
#include "kernels/cpu/multiply-inl.h"
#include "kernels/cpu/packing.h"

#ifndef COLOURIZE_KERNELS_CPU_IMPLICIT_GEMM_BLOCKS
#define COLOURIZE_KERNELS_CPU_IMPLICIT_GEMM_BLOCKS
namespace colourize::kernels::cpu {

// How the pixels, the panels and the sums are cut. Depends on the shapes only, and memory on whether weights are
// float16.
struct GemmBlocks {
  GemmBlocks(const ConvolutionArgs& args, const ConvolutionWeights& weights, const Panels& panels, int tile_rows)
      : pixels(args.output.shape.pixels()),
        input_rows(is_pixel_by_pixel(weights, args) && panels.k <= largest_input_depth),
        depths(panels.k, input_rows ? largest_input_depth : largest_depth),
        rows(std::int64_t{8} * tile_rows),
        row_blocks((pixels + rows - 1) / rows),
        // Few pixels: the panels are shared out too, but not so finely that gathering A outweighs its use.
        panels_each(std::clamp<std::int64_t>(panels.count() * row_blocks / enough_parts, input_rows ? 1 : 4,
                                             panels.count() + 4)),
        panel_blocks((panels.count() + panels_each - 1) / panels_each),
        a_stride(odd_lines(depths.size)),
        c_columns(panels_each * panels.width + 16) {}
  // A block of A, and its part of C.
  std::int64_t a_and_c_floats() const { return rows * (a_stride + (depths.count == 1 ? 0 : c_columns)); }
  // These and, where weights are float16, a widened panel.
  std::int64_t floats_per_thread(const Panels& panels, bool half) const {
    return a_and_c_floats() + (half ? odd_lines(depths.size * panels.width) : 0);
  }

  // Rows of that many are read from the second-level cache, which is fast enough: what it takes to add up parts is
  // saved.
  static constexpr std::int64_t largest_input_depth = 1280;
  static constexpr std::int64_t enough_parts = 32;
  std::int64_t pixels;
  bool input_rows;  // A's rows are the input's pixels, and no longer than that
  DepthBlocks depths;
  std::int64_t rows;
  std::int64_t row_blocks;
  std::int64_t panels_each;
  std::int64_t panel_blocks;
  std::int64_t a_stride;   // floats from one gathered row to the next
  std::int64_t c_columns;  // and from one row of C to the next
};
constexpr std::int64_t most_rows = std::int64_t{8} * 14;

}  // namespace colourize::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// Whether pixels lie at equal distances, from the end of a row to the next one too.
bool equidistant(const ConstView& view) {
  return view.strides.h == view.shape.w * view.strides.w &&
         (view.shape.n == 1 || view.strides.n == view.shape.h * view.strides.h);
}

// The output pixels of a block at their channel `first_channel`, the residual's at their first.
struct OutputRows {
  OutputRows(const ConvolutionArgs& args, std::int64_t first_pixel, std::int64_t rows, std::int64_t first_channel)
      : first(pixel_at(args.output.shape, first_pixel)),
        count(std::min(rows, args.output.shape.pixels() - first_pixel)) {
    const ConstView& added = args.epilogue.residual;
    if (equidistant(args.output) && (added.data == nullptr || equidistant(added))) {
      float* output = args.output.at(first.n, first.y, first.x) + first_channel;
      const float* residuals = args.epilogue.residual_at(first.n, first.y, first.x);
      for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
        to[row] = output + static_cast<std::int64_t>(row) * args.output.strides.w;
        residual[row] = residuals == nullptr ? nullptr : residuals + static_cast<std::int64_t>(row) * added.strides.w;
      }
      return;
    }
    Pixel pixel = first;
    for (std::int64_t row = 0; row < count; ++row, advance(pixel, args.output.shape)) {
      const auto index = static_cast<std::size_t>(row);
      to[index] = args.output.at(pixel.n, pixel.y, pixel.x) + first_channel;
      residual[index] = args.epilogue.residual_at(pixel.n, pixel.y, pixel.x);
    }
  }

  Pixel first;
  std::int64_t count;
  std::array<float*, most_rows> to;
  std::array<const float*, most_rows> residual;
};

// A tile of C through bias and epilogue into the output.
struct OutputTile {
  template <int height, int vectors>
  HWY_INLINE void take(Sums<height>& sums) const {
    const Floats d;
    if (parts.c != nullptr) {
      const float* from = parts.c;
#pragma GCC unroll 16
      for (int i = 0; i < height; ++i, from += parts.columns) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) sums[i][v] = hn::Add(sums[i][v], hn::LoadU(d, from + v * lanes));
      }
    }
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      const Vector shift = hn::LoadU(d, bias + column + v * lanes);
#pragma GCC unroll 16
      for (int i = 0; i < height; ++i) sums[i][v] = hn::Add(sums[i][v], shift);
    }
    float* const* to = rows.to.data() + row;
    const float* const* residual = rows.residual.data() + row;
    const bool whole = row + height <= rows.count && column + vectors * lanes <= channels;
    if (whole && epilogue.clamps_alone() && *residual == nullptr) {
      const Clamp clamp = epilogue.clamp();
#pragma GCC unroll 16
      for (int i = 0; i < height; ++i) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) hn::StoreU(clamp(sums[i][v]), d, to[i] + column + v * lanes);
      }
      return;
    }
    // Too much to be written out for each vector of a tile.
    HWY_ALIGN float tile[height * vectors * lanes];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 16
    for (int i = 0; i < height; ++i) {
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) hn::Store(sums[i][v], d, tile + (i * vectors + v) * lanes);
    }
    const std::int64_t inside = std::min<std::int64_t>(height, rows.count - row);
    for (std::int64_t i = 0; i < inside; ++i) {
      for (std::int64_t v = 0; v < vectors && column + v * lanes < channels; ++v) {
        const std::int64_t c = column + v * lanes;
        const Vector sum = hn::Load(d, tile + (i * vectors + v) * lanes);
        store_first(epilogue(sum, first_channel + c, channels - c, residual[i]), to[i] + c, channels - c);
      }
    }
  }

  const OutputRows& rows;
  const VectorEpilogue& epilogue;
  const float* bias;           // of the group
  std::int64_t first_channel;  // and its channels
  std::int64_t channels;
  std::int64_t row;
  std::int64_t column;
  MatrixTile parts;  // what was summed up before; null: nothing
};

// One part of the work: a block of pixels, a range of panels, of one group.
struct Part {
  Part(const GemmBlocks& blocks, const Panels& panels, std::int64_t index)
      : group(index / (blocks.row_blocks * blocks.panel_blocks)),
        first_pixel(index / blocks.panel_blocks % blocks.row_blocks * blocks.rows),
        pixels(std::min(blocks.rows, blocks.pixels - first_pixel)),
        first_panel(index % blocks.panel_blocks * blocks.panels_each),
        last_panel(std::min(first_panel + blocks.panels_each, panels.count())) {}

  std::int64_t group;
  std::int64_t first_pixel;
  std::int64_t pixels;
  std::int64_t first_panel;
  std::int64_t last_panel;
};

template <class Number>
void multiply(const ConvolutionArgs& args, const Convolution& convolution, const Number* all_packed,
              const Context& context) {
  const ConvolutionWeights& weights = convolution.weights;
  const Panels panels = gemm_panels(weights, context);
  const GemmBlocks blocks(args, weights, panels, tile_rows);
  const DepthBlocks& depths = blocks.depths;
  const VectorEpilogue epilogue(args.epilogue);
  const std::int64_t group_in = weights.in_channels / weights.groups;
  const std::int64_t parts = blocks.row_blocks * blocks.panel_blocks * weights.groups;
  const bool in_place = blocks.input_rows && equidistant(args.input);
  const std::int64_t floats_per_thread = blocks.floats_per_thread(panels, PanelMemory<Number>::half);

  context.pool.run(parts, [&](std::int64_t index, int thread) HWY_ATTR {
    const Part part(blocks, panels, index);
    const std::int64_t first_channel = part.group * panels.n;
    float* gathered = static_cast<float*>(args.workspace.data) + thread * floats_per_thread;
    float* c = gathered + blocks.rows * blocks.a_stride;
    const PanelMemory<Number> packed = {all_packed + part.group * panels.floats(), gathered + blocks.a_and_c_floats()};
    const Windows windows(args, weights, part.group * group_in, group_in);
    const OutputRows rows(args, part.first_pixel, blocks.rows, first_channel);
    const auto output_tile = [&](std::int64_t row, std::int64_t column, const MatrixTile& parts) {
      return OutputTile{rows,   epilogue, convolution.bias.data() + first_channel, first_channel, panels.n, row,
                        column, parts};
    };
    if (in_place && part.pixels >= fewest_rows) {
      const auto pixels_of = [&](const Part& some) {
        const std::int64_t stride = args.input.strides.w;
        return Rows{args.input.at(0, 0, 0) + some.first_pixel * stride + some.group * group_in, stride};
      };
      // Of the part that this thread most likely takes next.
      const Part next(blocks, panels, std::min(index + 1, parts - 1));
      const Rows a = pixels_of(part);
      const Rows next_a = pixels_of(next);
      const Next fetched = next.first_pixel == part.first_pixel
                               ? panel_part(panels, packed.first, next.first_panel, 0, panels.k)
                               : Next(next_a.first, (next.pixels - 1) * next_a.stride);
      multiply_block(a, part.pixels, true, panels, packed, {part.first_panel, part.last_panel, 0, panels.k, fetched},
                     [&](std::int64_t row, std::int64_t column) { return output_tile(row, column, {}); });
      return;
    }
    for (std::int64_t block = 0; block < depths.count; ++block) {
      const PanelRange range = {part.first_panel, part.last_panel, depths.first(block), depths.depth(block)};
      const Windows::Place first = windows.place(range.k);
      Pixel pixel = rows.first;
      for (std::int64_t row = 0; row < rows.count; ++row, advance(pixel, args.output.shape)) {
        windows.copy(pixel, first, range.depth, gathered + row * blocks.a_stride);
      }
      const Rows a = {gathered, blocks.a_stride};
      const auto sums = [&](std::int64_t row, std::int64_t column) {
        return MatrixTile{c + row * blocks.c_columns + column - part.first_panel * panels.width, blocks.c_columns,
                          block != 0};
      };
      if (block + 1 < depths.count) {
        multiply_block(a, rows.count, false, panels, packed, range, sums);
      } else {
        multiply_block(a, rows.count, false, panels, packed, range, [&](std::int64_t row, std::int64_t column) {
          return output_tile(row, column, block == 0 ? MatrixTile{} : sums(row, column));
        });
      }
    }
  });
}

void implicit_gemm(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  if (convolution.takes_float16()) {
    multiply(args, convolution, convolution.packed->halves.data(), context);
  } else {
    multiply(args, convolution, convolution.packed_weights(), context);
  }
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

std::size_t implicit_gemm_workspace(const ConvolutionArgs& args, const Convolution& convolution,
                                    const Context& context) {
  const Panels panels = gemm_panels(convolution.weights, context);
  const GemmBlocks blocks(args, convolution.weights, panels, context.tile_rows);
  const std::int64_t each = blocks.floats_per_thread(panels, convolution.takes_float16());
  return static_cast<std::size_t>(context.pool.threads() * each) * sizeof(float);
}

HWY_EXPORT(implicit_gemm);
void add_implicit_gemm(Operations& operations) {
  operations.implicit_gemm = HWY_DYNAMIC_DISPATCH(implicit_gemm);
}

}  // namespace colourize::kernels::cpu
#endif
