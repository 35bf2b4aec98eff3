// 3x3 convolutions with stride 1 by Winograd's minimal filtering; winograd_transform.h has the numbers and their
// source. Each block of tiles (an output tile is 2x2, 4x4 or 6x6 pixels) takes three phases, which all threads share:
//
//   V  planes x tiles x in_channels    B^T d B of each tile; a plane is one of the (m + 2)^2 places in the transformed
//      tile
//   M  tiles x planes x out_channels   one matrix product for each plane: V times the transformed weights
//   y  A^T M A, then bias and epilogue, in registers
//
// The block is so large that reading the transformed weights once for it costs half of writing and reading V and M: per
// tile, planes * in * out / tiles against 2 * planes * (in + out).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/winograd.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <array>

#include "kernels/cpu/epilogue-inl.h"
#include "kernels/cpu/multiply-inl.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/winograd_tiles.h"
#include "kernels/cpu/winograd_transform-inl.h"

#ifndef COLOURIZE_KERNELS_CPU_WINOGRAD_BLOCKS
#define COLOURIZE_KERNELS_CPU_WINOGRAD_BLOCKS
namespace colourize::kernels::cpu {

// How tiles are cut into blocks, and where V and M lie. By the shapes alone.
struct WinogradBlocks {
  WinogradBlocks(const Shape& output, const Panels& panels, int output_tile, int tile_rows)
      : side(output_tile + 2), planes(std::int64_t{side} * side), tiles(output, output_tile), depths(panels.k) {
    const std::int64_t wanted =
        std::clamp<std::int64_t>(panels.k * panels.n / (panels.k + panels.n), fewest_tiles, most_tiles);
    count = (tiles.count + wanted - 1) / wanted;
    size = ((tiles.count + count - 1) / count + tile_rows - 1) / tile_rows * tile_rows;
    count = (tiles.count + size - 1) / size;
    v_row = odd_lines(depths.size);
    v_block = size * v_row;
    v_plane = odd_lines(depths.count * v_block);
    m_plane = odd_lines(panels.padded_n());
    m_tile = odd_lines(planes * m_plane);
    panels_each = std::clamp<std::int64_t>(panels.count() * planes / 96, 2, panels.count() + 2);
    panel_blocks = (panels.count() + panels_each - 1) / panels_each;
  }
  std::int64_t v_floats() const { return planes * v_plane; }
  std::int64_t m_floats() const { return size * m_tile; }

  static constexpr std::int64_t fewest_tiles = 56;
  static constexpr std::int64_t most_tiles = 224;
  int side;
  std::int64_t planes;
  WinogradTiles tiles;
  DepthBlocks depths;
  std::int64_t count = 0;    // of blocks
  std::int64_t size = 0;     // tiles of a block, a multiple of tile_rows
  std::int64_t v_row = 0;    // floats: one tile of that
  std::int64_t v_block = 0;  // floats: one plane, one block of depth
  std::int64_t v_plane = 0;
  std::int64_t m_plane = 0;
  std::int64_t m_tile = 0;
  std::int64_t panels_each = 0;
  std::int64_t panel_blocks = 0;
};

}  // namespace colourize::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// A tile's pixels in the input; those outside of it are zeros.
struct InputTile {
  InputTile(const ConvolutionArgs& args, const Pixel& tile, std::int64_t side)
      : rows(tile.y - args.padding.top, side, args.input.shape.h),
        columns(tile.x - args.padding.left, side, args.input.shape.w),
        whole(rows.count() == side && columns.count() == side),
        strides(args.input.strides),
        first(args.input.at(tile.n, tile.y - args.padding.top + rows.first,
                            tile.x - args.padding.left + columns.first)) {}
  HWY_INLINE bool has(std::int64_t i, std::int64_t j) const { return rows.has(i) && columns.has(j); }
  HWY_INLINE const float* at(std::int64_t i, std::int64_t j) const {
    return first + (i - rows.first) * strides.h + (j - columns.first) * strides.w;
  }
  // Brings channel `c` and those of its cache line.
  HWY_INLINE void fetch(std::int64_t c) const {
    for (std::int64_t i = rows.first; i < rows.last; ++i) {
      for (std::int64_t j = columns.first; j < columns.last; ++j) hwy::Prefetch(at(i, j) + c);
    }
  }

  Inside rows;
  Inside columns;
  bool whole;
  Strides strides;
  const float* first;  // of those inside
};

// A tile's pixels in the output, as far as it lies inside, and those of the residual, or null.
struct OutputTile {
  OutputTile(const ConvolutionArgs& args, const Pixel& tile, std::int64_t output_tile)
      : first(args.output.at(tile.n, tile.y, tile.x)),
        residual(args.epilogue.residual_at(tile.n, tile.y, tile.x)),
        strides(args.output.strides),
        residual_strides(args.epilogue.residual.strides),
        rows(std::min(output_tile, args.output.shape.h - tile.y)),
        columns(std::min(output_tile, args.output.shape.w - tile.x)) {}
  HWY_INLINE float* at(std::int64_t i, std::int64_t j) const { return first + i * strides.h + j * strides.w; }
  HWY_INLINE const float* residual_at(std::int64_t i, std::int64_t j) const {
    return residual == nullptr ? nullptr : residual + i * residual_strides.h + j * residual_strides.w;
  }
  // Brings channel `c` and those of its cache line.
  HWY_INLINE void fetch(std::int64_t c) const {
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) hwy::Prefetch(at(i, j) + c);
      if (residual == nullptr) continue;
      for (std::int64_t j = 0; j < columns; ++j) hwy::Prefetch(residual_at(i, j) + c);
    }
  }

  float* first;
  const float* residual;
  Strides strides;
  Strides residual_strides;
  std::int64_t rows;
  std::int64_t columns;
};

// The transforms read as many places side by side as a tile has pixels or planes: more streams than a processor
// prefetches by itself. So each transform fetches, channel by channel, what the next tile will need. They are not
// inlined, because the code around them would take their registers.

// One tile of the input into row `row` of every plane of V.
template <int output_tile>
HWY_NOINLINE void transform_input(const InputTile& tile, const InputTile& next, const WinogradBlocks& blocks,
                                  std::int64_t row, float* v) {
  constexpr int side = output_tile + 2;
  const Floats d;
  for (std::int64_t block = 0; block < blocks.depths.count; ++block) {
    const std::int64_t first = blocks.depths.first(block);
    const std::int64_t last = first + blocks.depths.depth(block);
    float* to = v + block * blocks.v_block + row * blocks.v_row - first;
    for (std::int64_t c = first; c < last; c += lanes) {
      if (c % cache_line == 0) next.fetch(c);
      const auto store = [&](int i, int j, Vector value)
                             HWY_ATTR { hn::Store(value, d, to + c + (i * side + j) * blocks.v_plane); };
      if (tile.whole && c + lanes <= last) {
        transform_input_tile<output_tile>([&](int i, int j) HWY_ATTR { return hn::LoadU(d, tile.at(i, j) + c); },
                                          store);
      } else {
        transform_input_tile<output_tile>(
            [&](int i, int j)
                HWY_ATTR { return tile.has(i, j) ? load_first(tile.at(i, j) + c, last - c) : hn::Zero(d); },
            store);
      }
    }
  }
}

// Writes a tile's part of M to the output; the next tile's part comes after it.
template <int output_tile>
HWY_NOINLINE void transform_output(const ConvolutionArgs& args, const WinogradBlocks& blocks, const OutputTile& tile,
                                   const OutputTile& next, const float* m, const float* bias,
                                   const VectorEpilogue& epilogue) {
  constexpr int side = output_tile + 2;
  const Floats d;
  const std::int64_t channels = args.output.shape.c;
  const Clamp clamp = epilogue.clamp();
  const bool whole =
      tile.rows == output_tile && tile.columns == output_tile && tile.residual == nullptr && epilogue.clamps_alone();
  for (std::int64_t c = 0; c < channels; c += lanes) {
    if (c % cache_line == 0) {
      const float* next_m = m + blocks.m_tile + c;
      for (int plane = 0; plane < side * side; ++plane) hwy::Prefetch(next_m + plane * blocks.m_plane);
      next.fetch(c);
    }
    const std::int64_t count = channels - c;
    const Vector shift = load_first(bias + c, count);
    const auto value_of = [&](int i, int j) HWY_ATTR { return hn::LoadU(d, m + c + (i * side + j) * blocks.m_plane); };
    if (whole && count >= lanes) {
      transform_output_tile<output_tile>(value_of, [&](int i, int j, Vector value) HWY_ATTR {
        hn::StoreU(clamp(hn::Add(value, shift)), d, tile.at(i, j) + c);
      });
      continue;
    }
    transform_output_tile<output_tile>(value_of, [&](int i, int j, Vector value) HWY_ATTR {
      if (i >= tile.rows || j >= tile.columns) return;
      store_first(epilogue(hn::Add(value, shift), c, count, tile.residual_at(i, j)), tile.at(i, j) + c, count);
    });
  }
}

template <int output_tile>
void winograd_of(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const Panels panels = winograd_panels(convolution.weights, context);
  const WinogradBlocks blocks(args.output.shape, panels, output_tile, tile_rows);
  const VectorEpilogue epilogue(args.epilogue);
  auto* v = static_cast<float*>(args.workspace.data);
  float* m = v + blocks.v_floats();

  for (std::int64_t block = 0; block < blocks.count; ++block) {
    const std::int64_t first = block * blocks.size;
    const std::int64_t tiles = std::min(blocks.size, blocks.tiles.count - first);
    const std::int64_t tiles_each = std::clamp<std::int64_t>(tiles / 16, 1, 8);
    const std::int64_t tile_parts = (tiles + tiles_each - 1) / tiles_each;
    // Calls visit(row, tile, next tile) for each tile of a part. The one after the last is only fetched: any will do.
    const auto for_each_tile = [&](std::int64_t part, const auto& make, const auto& visit) {
      const auto tile_of = [&](std::int64_t row) {
        return make(blocks.tiles.at(std::min(first + row, blocks.tiles.count - 1)));
      };
      auto tile = tile_of(part * tiles_each);
      for (std::int64_t row = part * tiles_each; row < std::min((part + 1) * tiles_each, tiles); ++row) {
        const auto next = tile_of(row + 1);
        visit(row, tile, next);
        tile = next;
      }
    };
    context.pool.run(tile_parts, [&](std::int64_t part, int /*thread*/) {
      for_each_tile(
          part, [&](const Pixel& tile) { return InputTile(args, tile, blocks.side); },
          [&](std::int64_t row, const auto& tile, const auto& next) {
            transform_input<output_tile>(tile, next, blocks, row, v);
          });
    });
    context.pool.run(blocks.planes * blocks.panel_blocks, [&](std::int64_t part, int /*thread*/) HWY_ATTR {
      const std::int64_t plane = part / blocks.panel_blocks;
      const std::int64_t first_panel = part % blocks.panel_blocks * blocks.panels_each;
      const std::int64_t last_panel = std::min(first_panel + blocks.panels_each, panels.count());
      const float* packed = convolution.packed_weights() + plane * panels.floats();
      for (std::int64_t depth = 0; depth < blocks.depths.count; ++depth) {
        const float* a = v + plane * blocks.v_plane + depth * blocks.v_block;
        // The plane after this depth's last: of the part that this thread most likely takes next.
        const std::int64_t next_plane = std::min((part + 1) / blocks.panel_blocks, blocks.planes - 1);
        const float* next_a = depth + 1 < blocks.depths.count ? a + blocks.v_block : v + next_plane * blocks.v_plane;
        multiply_into(m + plane * blocks.m_plane, blocks.m_tile, depth != 0, {a, blocks.v_row}, tiles, panels, packed,
                      {first_panel,
                       last_panel,
                       blocks.depths.first(depth),
                       blocks.depths.depth(depth),
                       {next_a, tiles * blocks.v_row}});
      }
    });
    context.pool.run(tile_parts, [&](std::int64_t part, int /*thread*/) {
      for_each_tile(
          part, [&](const Pixel& tile) { return OutputTile(args, tile, output_tile); },
          [&](std::int64_t row, const auto& tile, const auto& next) {
            transform_output<output_tile>(args, blocks, tile, next, m + row * blocks.m_tile, convolution.bias.data(),
                                          epilogue);
          });
    });
  }
}

void winograd(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  switch (winograd_output_tile(convolution.algorithm)) {
    case 2:
      return winograd_of<2>(args, convolution, context);
    case 4:
      return winograd_of<4>(args, convolution, context);
    default:
      return winograd_of<6>(args, convolution, context);
  }
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

std::size_t winograd_workspace(const ConvolutionArgs& args, const Convolution& convolution, const Context& context) {
  const int output_tile = winograd_output_tile(convolution.algorithm);
  const WinogradBlocks blocks(args.output.shape, winograd_panels(convolution.weights, context), output_tile,
                              context.tile_rows);
  return static_cast<std::size_t>(blocks.v_floats() + blocks.m_floats()) * sizeof(float);
}

HWY_EXPORT(winograd);
void add_winograd(Operations& operations) {
  operations.winograd = HWY_DYNAMIC_DISPATCH(winograd);
}

}  // namespace colourize::kernels::cpu
#endif
