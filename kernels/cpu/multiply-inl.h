// For each target: the matrix product C (+)= A B, the register-blocked inner loop of everything here that multiplies.
//
//   A   rows, any constant number of floats apart
//   B   panels of two vectors' width (operations.h), float or float16
//   C   a tile of at most tile_rows x 2 vectors stays in registers, while a row of B is multiplied with a column of A:
//       two loads and tile_rows broadcasts feed 2 * tile_rows multiply-adds, as in Goto and van de Geijn 2008, "Anatomy
//       of high-performance matrix multiplication". A finish then takes the tile, and stores it in a matrix or
//       elsewhere. Of a float16 panel the first tile widens each row as it multiplies it, and keeps it for the others:
//       in each tile a conversion would take time from the multiply-adds, and apart from them the stores would.
#include <hwy/cache_control.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H
#undef COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H
#else
#define COLOURIZE_KERNELS_CPU_MULTIPLY_INL_H
#endif

#include "kernels/cpu/simd-inl.h"
#include "kernels/cpu/widen-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

constexpr std::int64_t cache_line = 16;  // floats
constexpr std::int64_t line_bytes = cache_line * static_cast<std::int64_t>(sizeof(float));

template <int rows>
using Sums = Vector[rows][2];  // NOLINT(modernize-avoid-c-arrays): registers

// Rows of A from `first` on, `stride` floats apart.
struct Rows {
  const float* first;
  std::int64_t stride;
};

// Rows of a panel of B, vector by vector.
struct FloatRows {
  HWY_INLINE Vector next() {
    const Vector vector = hn::Load(Floats(), from);
    from += lanes;
    return vector;
  }

  const float* from;
};
// The same of float16, which it also leaves widened at `to`.
struct HalfRows {
  HWY_INLINE Vector next() {
    const Vector vector = widened(from);
    hn::Store(vector, Floats(), to);
    from += lanes;
    to += lanes;
    return vector;
  }

  const std::uint16_t* from;
  float* to;
};

// Calls finish(sums) with a tile of A B. Not inlined, because the code around it would take its registers. `ahead`:
// memory that is needed soon; each row of B fetches one of its cache lines.
//
// The tile is two vectors wide, or one. With one, two rows of B are multiplied at a time into separate accumulators,
// because half as many accumulators would wait for each other.
template <int rows, int vectors, class RowsOfB, class Finish>
HWY_NOINLINE void multiply_tile(const Rows& a, RowsOfB b, std::int64_t depth, const std::byte* ahead,
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
    for (int i = 0; i < at_a_time; ++i) hwy::Prefetch(ahead + i * line_bytes);
    const Vector factors[2] = {b.next(), b.next()};  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row) {
      const float* values = from[row / 3] + row % 3 * stride;
      sums[row][0] = hn::MulAdd(hn::Set(d, values[0]), factors[0], sums[row][0]);
      sums[row][1] = hn::MulAdd(hn::Set(d, values[at_a_time - 1]), factors[1], sums[row][1]);
    }
#pragma GCC unroll 16
    for (int i = 0; i < pointers; ++i) from[i] += at_a_time;
    ahead += at_a_time * line_bytes;
  }
  if constexpr (at_a_time == 2) {
    if (depth % 2 != 0) {
      const Vector factor = b.next();
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

template <int vectors, class RowsOfB, class Finish, int rows = tile_rows>
HWY_INLINE void multiply_rows(std::int64_t wanted, const Rows& a, const RowsOfB& b, std::int64_t depth,
                              const std::byte* ahead, const Finish& finish) {
  if constexpr (rows > fewest_rows) {
    if (wanted < rows) return multiply_rows<vectors, RowsOfB, Finish, rows - 1>(wanted, a, b, depth, ahead, finish);
  }
  multiply_tile<rows, vectors>(a, b, depth, ahead, finish);
}

// Memory that a thread will probably read next.
struct Next {
  Next() = default;
  template <class Number>
  Next(const Number* from, std::int64_t count)
      : first(reinterpret_cast<const std::byte*>(from)),  // NOLINT: memory of any type
        last(first + count * static_cast<std::int64_t>(sizeof(Number))) {}

  const std::byte* first = nullptr;
  const std::byte* last = nullptr;
};

// The panels [first, last), of which rows [k, k + depth) count. `next`, if any, is fetched during the last panel.
struct PanelRange {
  std::int64_t first;
  std::int64_t last;
  std::int64_t k;
  std::int64_t depth;
  Next next = {};
};

// B's panels: float, or std::uint16_t for float16.
template <class Number>
struct PanelMemory {
  static constexpr bool half = std::is_same_v<Number, std::uint16_t>;

  const Number* first;
  float* widened = nullptr;  // float16 only: scratch memory for as many rows of a panel as are multiplied at a time
};

// Rows [k, k + depth) of a panel.
template <class Number>
Next panel_part(const Panels& panels, const Number* packed, std::int64_t panel, std::int64_t k, std::int64_t depth) {
  return {packed + panels.offset(panel) + k * panels.width_of(panel), depth * panels.width_of(panel)};
}

// Multiplies rows [0, rows) of A with a range of panels. finish(row, column) returns what takes the tile at that row
// and column of C. Tiles extend beyond the last row by less than tile_rows. Where A ends there (`exact`, with at least
// fewest_rows), the last tile begins earlier instead, so some rows are computed twice.
template <class Number, class MakeFinish>
HWY_INLINE void multiply_block(const Rows& a, std::int64_t rows, bool exact, const Panels& panels,
                               const PanelMemory<Number>& packed, const PanelRange& range, const MakeFinish& finish) {
  const Tiles tiles(rows, tile_rows);
  const std::int64_t last_row = exact ? rows - tiles.height : rows;
  for (std::int64_t panel = range.first; panel < range.last; ++panel) {
    const std::int64_t width = panels.width_of(panel);
    const Number* b = packed.first + panels.offset(panel) + range.k * width;
    const std::int64_t column = panel * panels.width;
    // The next panel comes from far away, and all rows use this one: fetch the next meanwhile.
    const bool last = panel + 1 == range.last;
    const Next next = last && range.next.first != nullptr
                          ? range.next
                          : panel_part(panels, packed.first, std::min(panel + 1, range.last - 1), range.k, range.depth);
    const std::byte* ahead = next.first;
    for (std::int64_t tile = 0; tile < tiles.count; ++tile) {
      const std::int64_t row = std::min(tile * tiles.height, last_row);
      const Rows tile_a = {a.first + row * a.stride, a.stride};
      const auto multiply = [&](const auto& rows_of_b) HWY_ATTR {
        if (width == 2 * lanes) {
          multiply_rows<2>(tiles.height, tile_a, rows_of_b, range.depth, ahead, finish(row, column));
        } else {
          multiply_rows<1>(tiles.height, tile_a, rows_of_b, range.depth, ahead, finish(row, column));
        }
      };
      if constexpr (!PanelMemory<Number>::half) {
        multiply(FloatRows{b});
      } else if (tile == 0) {
        multiply(HalfRows{b, packed.widened});
      } else {
        multiply(FloatRows{packed.widened});
      }
      ahead = std::min(ahead + range.depth * line_bytes, next.last);
    }
  }
}

template <class MakeFinish>
HWY_INLINE void multiply_block(const Rows& a, std::int64_t rows, bool exact, const Panels& panels, const float* packed,
                               const PanelRange& range, const MakeFinish& finish) {
  multiply_block(a, rows, exact, panels, PanelMemory<float>{packed}, range, finish);
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
