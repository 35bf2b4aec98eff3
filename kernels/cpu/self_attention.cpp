// Self-attention, a tile of output positions j at a time, so that never more than a tile's scores exist. With i over
// all N positions of the picture, in this order:
//
//   B1 = queries^T, d x N, and B2 = values, N x C    in panels, packed first, by all threads
//   S  = keys of the tile * B1                       s[j, i] = k_j . q_i; stored as blocks of A for the second product
//   P  = exp(S - the largest of its row)             softmax over the QUERY index i, but for the quotient
//   y  = gamma / (sum of P's row) * P * B2 + x
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/self_attention.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <array>

#include "kernels/cpu/exponential-inl.h"
#include "kernels/cpu/multiply-inl.h"

#ifndef COLOURIZE_KERNELS_CPU_ATTENTION_BLOCKS
#define COLOURIZE_KERNELS_CPU_ATTENTION_BLOCKS
namespace colourize::kernels::cpu {

struct AttentionBlocks {
  AttentionBlocks(const SelfAttentionArgs& args, int lanes, int tile_rows)
      : positions(args.input.shape.h * args.input.shape.w),
        queries{.k = args.query.shape.c, .n = positions, .width = 2 * std::int64_t{lanes}},
        values{.k = positions, .n = args.value.shape.c, .width = 2 * std::int64_t{lanes}},
        rows(std::int64_t{4} * tile_rows),
        tiles((positions + rows - 1) / rows),
        depth_blocks((positions + largest_depth - 1) / largest_depth) {}
  std::int64_t keys_floats() const { return (queries.k + largest_depth - 1) / largest_depth * rows * row_stride; }
  std::int64_t scores_floats() const { return depth_blocks * rows * row_stride; }
  std::int64_t floats_per_thread() const { return keys_floats() + scores_floats() + rows * values.padded_n(); }

  std::int64_t positions;
  Panels queries;
  Panels values;
  std::int64_t rows;
  std::int64_t tiles;
  // Of S along i, largest_depth each but the last; whole panels, so that a panel's scores fall into one block.
  std::int64_t depth_blocks;
};

constexpr std::int64_t most_attention_rows = std::int64_t{4} * 14;

}  // namespace colourize::kernels::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

static_assert(largest_depth % (2 * lanes) == 0);

void pack_queries(const ConstView& query, std::int64_t n, const Panels& panels, std::int64_t panel, float* packed) {
  const std::int64_t width = panels.width_of(panel);
  for (std::int64_t column = 0; column < width; ++column) {
    const std::int64_t position = panel * panels.width + column;
    const float* from = position < panels.n ? position_at(query, n, position) : nullptr;
    float* to = packed + panels.offset(panel) + column;
    for (std::int64_t c = 0; c < panels.k; ++c) to[c * width] = from == nullptr ? 0.0F : from[c];
  }
}

void pack_values(const ConstView& value, std::int64_t n, const Panels& panels, std::int64_t panel, float* packed) {
  const std::int64_t width = panels.width_of(panel);
  const std::int64_t first = panel * panels.width;
  const std::int64_t count = std::min(width, panels.n - first);
  float* to = packed + panels.offset(panel);
  for (std::int64_t position = 0; position < panels.k; ++position, to += width) {
    std::fill(std::copy_n(position_at(value, n, position) + first, count, to), to + width, 0.0F);
  }
}

// A row of S, block after block, a vector at a time.
template <class Visit>
HWY_INLINE void for_each_score(const AttentionBlocks& blocks, float* row, const Visit& visit) {
  for (std::int64_t first = 0; first < blocks.positions; first += largest_depth, row += blocks.rows * row_stride) {
    const std::int64_t count = std::min(largest_depth, blocks.positions - first);
    for (std::int64_t i = 0; i < count; i += lanes) visit(row + i);
  }
}

// row = exp(row - its largest); the result is their sum, over lanes first: the same order every time.
float exponentials(const AttentionBlocks& blocks, float* row) {
  const Floats d;
  const Vector lowest = hn::Set(d, std::numeric_limits<float>::lowest());
  // What the last vector has beyond the last score counts nothing.
  if (const std::int64_t rest = blocks.positions % lanes; rest != 0) {
    const std::int64_t last =
        (blocks.depth_blocks - 1) * (blocks.rows * row_stride - largest_depth) + blocks.positions / lanes * lanes;
    const auto scores = hn::FirstN(d, static_cast<std::size_t>(rest));
    hn::Store(hn::IfThenElse(scores, hn::Load(d, row + last), lowest), d, row + last);
  }
  Vector largest = lowest;
  for_each_score(blocks, row, [&](float* scores) HWY_ATTR { largest = hn::Max(largest, hn::Load(d, scores)); });
  largest = hn::MaxOfLanes(d, largest);
  Vector sum = hn::Zero(d);
  for_each_score(blocks, row, [&](float* scores) HWY_ATTR {
    const Vector value = exponential(hn::Sub(hn::Load(d, scores), largest));
    hn::Store(value, d, scores);
    sum = hn::Add(sum, value);
  });
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// One tile: positions [first, first + rows) of picture n.
void attend(const SelfAttentionArgs& args, const AttentionBlocks& blocks, std::int64_t n, std::int64_t first,
            const float* queries, const float* values, float* scratch) {
  const std::int64_t rows = std::min(blocks.rows, blocks.positions - first);
  const std::int64_t block_floats = blocks.rows * row_stride;
  const DepthBlocks depths(blocks.queries.k);
  float* scores = scratch + blocks.keys_floats();
  for (std::int64_t i = 0; i < depths.count; ++i) {
    float* keys = scratch + i * block_floats;
    for (std::int64_t row = 0; row < rows; ++row) {
      std::copy_n(position_at(args.key, n, first + row) + depths.first(i), depths.depth(i), keys + row * row_stride);
    }
    multiply_block(
        {keys, row_stride}, rows, false, blocks.queries, queries,
        {0, blocks.queries.count(), depths.first(i), depths.depth(i)}, [&](std::int64_t row, std::int64_t column) {
          float* to = scores + column / largest_depth * block_floats + row * row_stride + column % largest_depth;
          return MatrixTile{to, row_stride, i != 0};
        });
  }
  std::array<float, most_attention_rows> factors{};
  for (std::int64_t row = 0; row < rows; ++row) {
    factors[static_cast<std::size_t>(row)] = args.gamma / exponentials(blocks, scores + row * row_stride);
  }

  for (std::int64_t block = 0; block < blocks.depth_blocks; ++block) {
    const std::int64_t k = block * largest_depth;
    multiply_into(scratch + blocks.keys_floats() + blocks.scores_floats(), blocks.values.padded_n(), block != 0,
                  {scores + block * block_floats, row_stride}, rows, blocks.values, values,
                  {0, blocks.values.count(), k, std::min(largest_depth, blocks.positions - k)});
  }
  const float* attended = scratch + blocks.keys_floats() + blocks.scores_floats();
  for (std::int64_t row = 0; row < rows; ++row, attended += blocks.values.padded_n()) {
    const std::int64_t position = first + row;
    const float* input = position_at(args.input, n, position);
    float* to = args.output.at(n, position / args.output.shape.w, position % args.output.shape.w);
    const Vector factor = hn::Set(Floats(), factors[static_cast<std::size_t>(row)]);
    for (std::int64_t c = 0; c < blocks.values.n; c += lanes) {
      const std::int64_t count = blocks.values.n - c;
      store_first(hn::MulAdd(hn::LoadU(Floats(), attended + c), factor, load_first(input + c, count)), to + c, count);
    }
  }
}

void self_attention(const SelfAttentionArgs& args, const Context& context) {
  const AttentionBlocks blocks(args, static_cast<int>(lanes), tile_rows);
  auto* queries = static_cast<float*>(args.workspace.data);
  float* values = queries + blocks.queries.floats();
  float* scratch = values + blocks.values.floats();
  for (std::int64_t n = 0; n < args.input.shape.n; ++n) {
    context.pool.run(blocks.queries.count() + blocks.values.count(), [&](std::int64_t part, int /*thread*/) {
      if (part < blocks.queries.count()) {
        pack_queries(args.query, n, blocks.queries, part, queries);
      } else {
        pack_values(args.value, n, blocks.values, part - blocks.queries.count(), values);
      }
    });
    context.pool.run(blocks.tiles, [&](std::int64_t tile, int thread) {
      attend(args, blocks, n, tile * blocks.rows, queries, values, scratch + thread * blocks.floats_per_thread());
    });
  }
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {

namespace {

std::size_t workspace(const SelfAttentionArgs& args, const Context& context) {
  const AttentionBlocks blocks(args, context.lanes, context.tile_rows);
  const std::int64_t floats =
      blocks.queries.floats() + blocks.values.floats() + context.pool.threads() * blocks.floats_per_thread();
  return static_cast<std::size_t>(floats) * sizeof(float);
}

}  // namespace

HWY_EXPORT(self_attention);
void add_self_attention(Operations& operations) {
  operations.self_attention = {.compute = HWY_DYNAMIC_DISPATCH(self_attention), .workspace = workspace};
}

}  // namespace colourize::kernels::cpu
#endif
