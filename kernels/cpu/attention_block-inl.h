// For each target: one block of keys of multi-head attention (attention.cpp), of one head and one panel of queries.
#if defined(COLOURIZE_KERNELS_CPU_ATTENTION_BLOCK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef COLOURIZE_KERNELS_CPU_ATTENTION_BLOCK_INL_H
#undef COLOURIZE_KERNELS_CPU_ATTENTION_BLOCK_INL_H
#else
#define COLOURIZE_KERNELS_CPU_ATTENTION_BLOCK_INL_H
#endif

#include <algorithm>

#include "kernels/cpu/attention_parts.h"
#include "kernels/cpu/exponential-inl.h"
#include "kernels/cpu/multiply-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {

// Stores a tile of scores, and notes the largest of each query. Rows from `keys` on are no keys.
struct ScoresTile {
  template <int rows, int vectors>
  HWY_INLINE void take(Sums<rows>& sums) const {
    const Floats d;
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      Vector most = hn::Load(d, largest + v * lanes);
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row) {
        if (row < keys) most = hn::Max(most, sums[row][v]);
        hn::Store(sums[row][v], d, scores + (row * vectors + v) * lanes);
      }
      hn::Store(most, d, largest + v * lanes);
    }
  }

  float* scores;
  std::int64_t keys;
  float* largest;
};

// Two vectors of queries, or one.
template <int vectors>
struct Softmax {
  explicit Softmax(const float* largest_before) {
    for (int v = 0; v < vectors; ++v)
      hn::Store(hn::Load(Floats(), largest_before + v * lanes), Floats(), largest + v * lanes);
  }

  // Scores to exponentials. Leaves the largest and the sums of the block and of those before it.
  HWY_INLINE void exponentiate(float* scores, std::int64_t keys, float* largest_before, float* sums_before) {
    const Floats d;
    Vector most[vectors];  // NOLINT(modernize-avoid-c-arrays): registers
    Vector sums[vectors];  // NOLINT(modernize-avoid-c-arrays)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      most[v] = hn::Load(d, largest + v * lanes);
      const Vector factor = exponential(hn::Sub(hn::Load(d, largest_before + v * lanes), most[v]));
      sums[v] = hn::Mul(hn::Load(d, sums_before + v * lanes), factor);
      hn::Store(factor, d, factors + v * lanes);
      hn::Store(most[v], d, largest_before + v * lanes);
    }
    for (std::int64_t key = 0; key < keys; ++key, scores += vectors * lanes) {
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) {
        const Vector weight = exponential(hn::Sub(hn::Load(d, scores + v * lanes), most[v]));
        hn::Store(weight, d, scores + v * lanes);
        sums[v] = hn::Add(sums[v], weight);
      }
    }
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) hn::Store(sums[v], d, sums_before + v * lanes);
  }

  HWY_ALIGN float largest[vectors * lanes];  // NOLINT(modernize-avoid-c-arrays): vectors
  HWY_ALIGN float factors[vectors * lanes];  // NOLINT(modernize-avoid-c-arrays): of what was summed before
};

// A block's keys and values of one head, a row each, copied so that they are near and side by side.
struct Block {
  const float* keys;
  const float* values;
  std::int64_t row_floats;
  std::int64_t count;
};

// What a walk over a block's keys fetches of the memory that is needed soon: a cache line of every row, of the rows
// from `first` on, or of so few that each is asked for several times.
struct Ahead {
  // For the key of that number.
  HWY_INLINE void fetch(std::int64_t key) const { hwy::Prefetch(first + (key * rows_a_key >> shift) * stride); }

  static constexpr int shift = 16;

  const float* first;
  std::int64_t stride = 0;
  std::int64_t rows_a_key = 0;  // in fractions of 1 << shift
};

// The keys and values that are copied next. They come from far away, and a processor waits for a few lines at a time
// only, so all walks over a block's keys share in fetching them.
struct Coming {
  Ahead walk(std::int64_t number, std::int64_t walks) const {
    const std::int64_t share = std::max<std::int64_t>(1, walks / (2 * std::max<std::int64_t>(lines, 1)));
    const std::int64_t line = number / share;
    if (line >= 2 * lines) return {.first = nowhere};
    const float* rows = line % 2 == 0 ? keys : values;
    const std::int64_t stride = line % 2 == 0 ? key_stride : value_stride;
    return {.first = rows + number % share * count / share * stride + line / 2 * cache_line,
            .stride = stride,
            .rows_a_key = (std::int64_t{1} << Ahead::shift) / share};
  }

  const float* nowhere;  // what is near anyway
  const float* keys = nullptr;
  const float* values = nullptr;
  std::int64_t key_stride = 0;
  std::int64_t value_stride = 0;
  std::int64_t count = 0;  // of rows
  std::int64_t lines = 0;  // of a row; 0: nothing comes
};

// attended = attended * factors + values^T * weights, of `rows` channels.
template <int rows, int vectors>
HWY_NOINLINE void add_values(const Block& block, std::int64_t channel, const float* weights, const float* factors,
                             const Ahead& given, float* attended) {
  const Ahead ahead = given;  // in registers
  const Floats d;
  Sums<rows> sums;
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) {
      sums[row][v] = hn::Mul(hn::Load(d, attended + (row * vectors + v) * lanes), hn::Load(d, factors + v * lanes));
    }
  }
  const float* values = block.values + channel;
  for (std::int64_t key = 0; key < block.count; ++key, values += block.row_floats, weights += vectors * lanes) {
    ahead.fetch(key);
    Vector weight[vectors];  // NOLINT(modernize-avoid-c-arrays): registers
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) weight[v] = hn::Load(d, weights + v * lanes);
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row) {
      const Vector value = hn::Set(d, values[row]);
#pragma GCC unroll 2
      for (int v = 0; v < vectors; ++v) sums[row][v] = hn::MulAdd(value, weight[v], sums[row][v]);
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row) {
#pragma GCC unroll 2
    for (int v = 0; v < vectors; ++v) hn::Store(sums[row][v], d, attended + (row * vectors + v) * lanes);
  }
}

template <int vectors, int rows = tile_rows>
HWY_INLINE void add_values_of(std::int64_t wanted, const Block& block, std::int64_t channel, const float* weights,
                              const float* factors, const Ahead& ahead, float* attended) {
  if constexpr (rows > tile_rows / 2) {
    if (wanted < rows) {
      return add_values_of<vectors, rows - 1>(wanted, block, channel, weights, factors, ahead, attended);
    }
  }
  add_values<rows, vectors>(block, channel, weights, factors, ahead, attended);
}

// One block of keys for one panel of queries.
template <int vectors>
void attend(const AttentionParts& parts, const Panels& panels, std::int64_t panel, const float* queries,
            const Block& block, const Coming& coming, float* scores, const AttentionState& state) {
  const std::int64_t first = panel * panels.width;
  Softmax<vectors> softmax(state.largest + first);
  multiply_block({block.keys, block.row_floats}, block.count, false, panels, queries,
                 {panel, panel + 1, 0, parts.depth}, [&](std::int64_t row, std::int64_t /*column*/) {
                   return ScoresTile{scores + row * vectors * lanes, block.count - row, softmax.largest};
                 });
  softmax.exponentiate(scores, block.count, state.largest + first, state.sums + first);
  float* attended = state.attended + parts.depth_rows * first;
  // Tiles of nearly equal heights, none lower than half of the highest there is, but for a few channels.
  const std::int64_t tiles = (parts.depth + tile_rows - 1) / tile_rows;
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    const std::int64_t channel = parts.depth * tile / tiles;
    add_values_of<vectors>(parts.depth * (tile + 1) / tiles - channel, block, channel, scores, softmax.factors,
                           coming.walk(panel * tiles + tile, panels.count() * tiles),
                           attended + channel * vectors * lanes);
  }
}

}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
