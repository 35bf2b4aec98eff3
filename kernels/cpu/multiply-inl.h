// For each target: the matrix product C (+)= A B, the register-blocked inner loop of everything here that multiplies.
//
//   A   rows, any constant number of floats apart
//   B   panels of two vectors' width (operations.h)
//   C   a tile of at most tile_rows x 2 vectors stays in registers, while a row of B is multiplied with a column of A:
//       two loads and tile_rows broadcasts feed 2 * tile_rows multiply-adds, as in Goto and van de Geijn 2008, "Anatomy
//       of high-performance matrix multiplication". A finish then takes the tile, and stores it in a matrix or
//       elsewhere.
#include <hwy/cache_control.h>

#include <algorithm>
#include <cstdint>

#if defined(COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H
#undef COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H
#else
#define COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H
#endif

#include "kernels/cpu/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

constexpr std::int64_t cache_line = 16;  // floats

template <int rows>
using Sums = Vector[rows][2];  // NOLINT(modernize-avoid-c-arrays): registers

// Rows of A from `first` on, `stride` floats apart.
struct Rows {
  const float* first;
  std::int64_t stride;
};

// Calls finish(sums) with a tile of A B. Not inlined, because the code around it would take its registers. `ahead`:
// memory that is needed soon; each row of B fetches one of its cache lines.
//
// The tile is two vectors wide, or one. With one, two rows of B are multiplied at a time into separate accumulators,
// because half as many accumulators would wait for each other.
template <int rows, int vectors, class Finish>
HWY_NOINLINE void multiply_tile(const Rows& a, const float* HWY_RESTRICT b, std::int64_t depth, const float* ahead,
                                const Finish& finish) {
  constexpr int at_a_time = 2 / vectors;
  // A processor adds 0, 1 or 2 strides to an address at no cost, so every third row has a pointer.
  constexpr int pointers = (rows + 2) / 3;
  const Floats d;
  Sums<rows> sums;
#pragma GCC unroll 16
  for (auto& row : sums) row[0] = row[1] = hn::Zero(d);
  const float* from[pointers];  // NOLINT(modernize-avoid-c-arrays): registers
  const std::int64_t stride = a.stride;
#pragma GCC unroll 16
  for (int i = 0; i < pointers; ++i) from[i] = a.first + 3 * i * stride;
  for (std::int64_t k = at_a_time; k <= depth; k += at_a_time) {
#pragma GCC unroll 2
    for (int i = 0; i < at_a_time; ++i) hwy::Prefetch(ahead + i * cache_line);
    const Vector factors[2] = {hn::Load(d, b), hn::Load(d, b + lanes)};  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row) {
      const float* values = from[row / 3] + row % 3 * stride;
      sums[row][0] = hn::MulAdd(hn::Set(d, values[0]), factors[0], sums[row][0]);
      sums[row][1] = hn::MulAdd(hn::Set(d, values[at_a_time - 1]), factors[1], sums[row][1]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < pointers; ++i) from[i] += at_a_time;
    b += 2 * lanes;
    ahead += at_a_time * cache_line;
  }
  if constexpr (at_a_time == 2) {
    if (depth % 2 != 0) {
      const Vector factor = hn::Load(d, b);
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row) {
        sums[row][0] = hn::MulAdd(hn::Set(d, from[row / 3][row % 3 * stride]), factor, sums[row][0]);
      }
    }
#pragma GCC unroll 16
    for (auto& row : sums) row[0] = hn::Add(row[0], row[1]);
  }
  finish.template take<rows, vectors>(sums);
}

constexpr int fewest_rows = fewest_tile_rows(tile_rows);

template <int vectors, class Finish, int rows = tile_rows>
HWY_INLINE void multiply_rows(std::int64_t wanted, const Rows& a, const float* b, std::int64_t depth,
                              const float* ahead, const Finish& finish) {
  if constexpr (rows > fewest_rows) {
    if (wanted < rows) return multiply_rows<vectors, Finish, rows - 1>(wanted, a, b, depth, ahead, finish);
  }
  multiply_tile<rows, vectors>(a, b, depth, ahead, finish);
}

// Memory that a thread will probably read next.
struct Next {
  const float* first = nullptr;
  const float* last = nullptr;
};

// The panels [first, last), of which rows [k, k + depth) count. `next`, if any, is fetched during the last panel.
struct PanelRange {
  std::int64_t first;
  std::int64_t last;
  std::int64_t k;
  std::int64_t depth;
  Next next = {};
};

// Rows [k, k + depth) of a panel.
inline Next panel_part(const Panels& panels, const float* packed, std::int64_t panel, std::int64_t k,
                       std::int64_t depth) {
  const float* first = packed + panels.offset(panel) + k * panels.width_of(panel);
  return {first, first + depth * panels.width_of(panel)};
}

// Multiplies rows [0, rows) of A with a range of panels. finish(row, column) returns what takes the tile at that row
// and column of C. Tiles extend beyond the last row by less than tile_rows. Where A ends there (`exact`, with at least
// fewest_rows), the last tile begins earlier instead, so some rows are computed twice.
template <class MakeFinish>
HWY_INLINE void multiply_block(const Rows& a, std::int64_t rows, bool exact, const Panels& panels, const float* packed,
                               const PanelRange& range, const MakeFinish& finish) {
  const Tiles tiles(rows, tile_rows);
  const std::int64_t last_row = exact ? rows - tiles.height : rows;
  for (std::int64_t panel = range.first; panel < range.last; ++panel) {
    const std::int64_t width = panels.width_of(panel);
    const float* b = packed + panels.offset(panel) + range.k * width;
    const std::int64_t column = panel * panels.width;
    // The next panel comes from far away, and all rows use this one: fetch the next meanwhile.
    const bool last = panel + 1 == range.last;
    const Next next = last && range.next.first != nullptr
                          ? range.next
                          : panel_part(panels, packed, std::min(panel + 1, range.last - 1), range.k, range.depth);
    const float* ahead = next.first;
    for (std::int64_t tile = 0; tile < tiles.count; ++tile) {
      const std::int64_t row = std::min(tile * tiles.height, last_row);
      const Rows tile_a = {a.first + row * a.stride, a.stride};
      if (width == 2 * lanes) {
        multiply_rows<2>(tiles.height, tile_a, b, range.depth, ahead, finish(row, column));
      } else {
        multiply_rows<1>(tiles.height, tile_a, b, range.depth, ahead, finish(row, column));
      }
      ahead = std::min(ahead + range.depth * cache_line, next.last);
    }
  }
}

// Stores (=) or adds (+=) a tile to a matrix. Its first element is at `c`, and rows are `columns` floats apart. C's
// rows are padded to a multiple of tile_rows, its columns to the panel's width.
struct MatrixTile {
  template <int rows, int vectors>
  HWY_INLINE void take(Sums<rows>& sums) const {
    const Floats d;
    float* to = c;
    if (add) {
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row, to += columns) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; ++v) {
          hn::StoreU(hn::Add(sums[row][v], hn::LoadU(d, to + v * lanes)), d, to + v * lanes);
        }
      }
      return;
    }
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row, to += columns) {
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) hn::StoreU(sums[row][v], d, to + v * lanes);
    }
  }

  float* c;
  std::int64_t columns;
  bool add;
};

// Stores the whole product in a row-major matrix.
inline void multiply_into(float* matrix, std::int64_t columns, bool add, const Rows& a, std::int64_t rows,
                          const Panels& panels, const float* packed, const PanelRange& range) {
  multiply_block(a, rows, false, panels, packed, range, [&](std::int64_t row, std::int64_t column) {
    return MatrixTile{matrix + row * columns + column, columns, add};
  });
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
