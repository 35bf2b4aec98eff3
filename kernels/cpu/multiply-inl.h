// Per target: the matrix product C (+)= A B, the register-blocked inner loop of everything here that multiplies.
//
//   A   a block of rows, `row_stride` floats apart, at most largest_depth long; its height is padded to tile_rows
//   B   panels of two vectors' width (operations.h)
//   C   any matrix in memory; a tile of tile_rows x 2 vectors of it stays in registers while a row of B is multiplied
//       with a column of A: two loads and tile_rows broadcasts feed 2 * tile_rows multiply-adds, as in Goto and
//       van de Geijn 2008, "Anatomy of high-performance matrix multiplication"
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

// C's tile at `c`, its rows `columns` floats apart, = or += A B. Not inlined: what surrounds it would take its registers.
// `ahead`: memory that is needed soon; a cache line of it is fetched with every row of B.
//
// Two vectors wide, or one: then two rows of B are multiplied at a time and summed apart, for half as many sums would wait for
// one another.
template <int vectors>
HWY_NOINLINE void multiply_tile(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::int64_t depth,
                                float* HWY_RESTRICT c, std::int64_t columns, bool add, const float* ahead) {
  constexpr int at_a_time = 2 / vectors;
  const Floats d;
  Vector sums[tile_rows][2];  // NOLINT(modernize-avoid-c-arrays): registers
#pragma GCC unroll 16
  for (auto& row : sums) row[0] = row[1] = hn::Zero(d);
  std::int64_t k = 0;
  for (; k + at_a_time <= depth; k += at_a_time, b += 2 * lanes, ahead += at_a_time * cache_line) {
#pragma GCC unroll 2
    for (int i = 0; i < at_a_time; ++i) hwy::Prefetch(ahead + i * cache_line);
    const Vector factors[2] = {hn::Load(d, b), hn::Load(d, b + lanes)};  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 16
    for (int row = 0; row < tile_rows; ++row) {
      const float* values = a + row * row_stride + k;
      sums[row][0] = hn::MulAdd(hn::Set(d, values[0]), factors[0], sums[row][0]);
      sums[row][1] = hn::MulAdd(hn::Set(d, values[at_a_time - 1]), factors[1], sums[row][1]);
    }
  }
  if constexpr (at_a_time == 2) {
    if (k < depth) {
      const Vector factor = hn::Load(d, b);
#pragma GCC unroll 16
      for (int row = 0; row < tile_rows; ++row) {
        sums[row][0] = hn::MulAdd(hn::Set(d, a[row * row_stride + k]), factor, sums[row][0]);
      }
    }
#pragma GCC unroll 16
    for (auto& row : sums) row[0] = hn::Add(row[0], row[1]);
  }
  if (add) {
#pragma GCC unroll 16
    for (int row = 0; row < tile_rows; ++row) {
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) {
        sums[row][v] = hn::Add(sums[row][v], hn::LoadU(d, c + row * columns + v * lanes));
      }
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < tile_rows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) hn::StoreU(sums[row][v], d, c + row * columns + v * lanes);
  }
}

// The panels [first, last), whose rows [k, k + depth) count. `next_a`: the block of A that this thread will probably use
// next, or null; it is fetched during the last panel.
struct PanelRange {
  std::int64_t first;
  std::int64_t last;
  std::int64_t k;
  std::int64_t depth;
  const float* next_a = nullptr;
};

// Rows [0, rows) of A's block times a range of panels. place(row, column) says where the tile at that row and column of C
// lies, how far apart its rows are, and whether to add to it; C's rows are padded to a multiple of tile_rows, its columns
// to the panel's width. done(row, column, width) is called when the tile is there.
struct TilePlace {
  float* c;
  std::int64_t columns;
  bool add;
};
template <class Place, class Done>
HWY_INLINE void multiply_block(const float* a, std::int64_t rows, const Panels& panels, const float* packed,
                               const PanelRange& range, const Place& place, const Done& done) {
  for (std::int64_t panel = range.first; panel < range.last; ++panel) {
    const std::int64_t width = panels.width_of(panel);
    const float* b = packed + panels.offset(panel) + range.k * width;
    const std::int64_t column = panel * panels.width;
    // The next panel comes from far away, this one is used for all rows: fetch it meanwhile.
    const bool last = panel + 1 == range.last;
    const std::int64_t next = last ? panel : panel + 1;
    const float* ahead = packed + panels.offset(next) + range.k * panels.width_of(next);
    const float* ahead_end = ahead + range.depth * panels.width_of(next);
    if (last && range.next_a != nullptr) {
      ahead = range.next_a;
      ahead_end = ahead + rows * row_stride;
    }
    for (std::int64_t row = 0; row < rows; row += tile_rows) {
      const TilePlace to = place(row, column);
      if (width == 2 * lanes) {
        multiply_tile<2>(a + row * row_stride, b, range.depth, to.c, to.columns, to.add, ahead);
      } else {
        multiply_tile<1>(a + row * row_stride, b, range.depth, to.c, to.columns, to.add, ahead);
      }
      ahead = std::min(ahead + range.depth * cache_line, ahead_end);
      done(row, column, width);
    }
  }
}

// The same into a row-major matrix, all of it in memory.
inline void multiply_into(float* matrix, std::int64_t columns, bool add, const float* a, std::int64_t rows,
                          const Panels& panels, const float* packed, const PanelRange& range) {
  multiply_block(
      a, rows, panels, packed, range,
      [&](std::int64_t row, std::int64_t column) {
        return TilePlace{matrix + row * columns + column, columns, add};
      },
      [](std::int64_t /*row*/, std::int64_t /*column*/, std::int64_t /*width*/) {});
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
