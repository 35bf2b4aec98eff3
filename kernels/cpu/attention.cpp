// Multi-head attention that never has more scores than a block's (Dao et al. 2022, FlashAttention), with a softmax that
// is corrected as larger logits come (Milakov and Gimelshein 2018, "Online normalizer calculation for softmax").
//
// Queries lie in the lanes of vectors. So nothing is ever summed or compared across lanes, and keys and values are read
// as they are, a number for all lanes. A part of the work is a chunk of the keys, with up to 128 queries. It takes 128
// keys at a time, and of each head:
//
//   S = keys * queries^T          the logits, 128 x 32 with AVX-512's two vectors of queries
//   P = exp(S - the largest so far)
//   y = y * exp(largest before - largest so far) + values^T * P
//
// What a part leaves, a largest logit, a sum and y of each query and head, is joined in the order of the chunks. How
// the keys are cut depends on the shapes of one picture alone, so the bytes depend neither on the number of threads nor
// on that of pictures.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/attention.cpp"  // NOLINT
// clang-format off: this one comes first
#include <hwy/foreach_target.h>  // IWYU pragma: keep
// clang-format on

#include <algorithm>
#include <cmath>

#include "kernels/cpu/attention_block-inl.h"

HWY_BEFORE_NAMESPACE();
namespace colourize::kernels::cpu::HWY_NAMESPACE {
namespace {

// Some positions of a view and the channels of one head, as they lie in memory.
struct HeadOf {
  const ConstView& view;
  std::int64_t n;
  std::int64_t channel;
};

// Queries [first, first + panels.n), divided by sqrt(depth), in panels: a row for each channel.
void pack_queries(const HeadOf& from, std::int64_t first, const Panels& panels, float* packed) {
  const float scale = 1 / std::sqrt(static_cast<float>(panels.k));
  for (std::int64_t panel = 0; panel < panels.count(); ++panel) {
    const std::int64_t width = panels.width_of(panel);
    for (std::int64_t column = 0; column < width; ++column) {
      const std::int64_t query = panel * panels.width + column;
      float* to = packed + panels.offset(panel) + column;
      if (query >= panels.n) {
        for (std::int64_t c = 0; c < panels.k; ++c) to[c * width] = 0;
        continue;
      }
      const float* channels = position_at(from.view, from.n, first + query) + from.channel;
      for (std::int64_t c = 0; c < panels.k; ++c) to[c * width] = channels[c] * scale;
    }
  }
}

// Positions [first, first + count), a row each, with zeros up to depth_rows channels.
void copy_rows(const HeadOf& from, std::int64_t first, std::int64_t count, const AttentionParts& parts, float* to) {
  const Floats d;
  const std::int64_t whole = parts.depth / lanes * lanes;
  const std::int64_t padded = parts.depth_rows;
  const std::int64_t row_floats = parts.row_floats;
  std::int64_t y = first / from.view.shape.w;
  std::int64_t x = first % from.view.shape.w;
  while (count > 0) {
    const std::int64_t in_row = std::min(count, from.view.shape.w - x);
    const float* channels = from.view.at(from.n, y, x) + from.channel;
    for (std::int64_t i = 0; i < in_row; ++i, to += row_floats, channels += from.view.strides.w) {
      for (std::int64_t c = 0; c < whole; c += lanes) hn::Store(hn::LoadU(d, channels + c), d, to + c);
      if (whole == padded) continue;
      hn::Store(load_first(channels + whole, parts.depth - whole), d, to + whole);
      for (std::int64_t c = whole + lanes; c < padded; c += lanes) hn::Store(hn::Zero(d), d, to + c);
    }
    count -= in_row;
    x = 0;
    ++y;
  }
}

void attend_part(const AttentionArgs& args, const AttentionParts& parts, std::int64_t part, float* states,
                 float* scratch) {
  const std::int64_t groups = parts.heads / parts.heads_at_once;
  const std::int64_t first_head = part % groups * parts.heads_at_once;
  const std::int64_t chunk = part / groups % parts.chunks;
  const std::int64_t query_block = part / groups / parts.chunks % parts.query_blocks;
  const std::int64_t n = part / groups / parts.chunks / parts.query_blocks;
  const Panels panels{.k = parts.depth, .n = parts.queries_of(query_block), .width = parts.width};
  float* keys = scratch + parts.heads_at_once * parts.head_floats();
  float* scores = keys + parts.keys_floats();
  float* values = scores + parts.scores_floats();

  const auto state_of = [&](std::int64_t head) {
    return AttentionState(states + parts.state(n, query_block, chunk, first_head + head), parts);
  };
  const auto head_of = [&](const ConstView& view, std::int64_t head) {
    return HeadOf{view, n, (first_head + head) * parts.depth};
  };
  for (std::int64_t head = 0; head < parts.heads_at_once; ++head) {
    state_of(head).clear(parts);
    pack_queries(head_of(args.query, head), query_block * parts.block_queries, panels,
                 scratch + head * parts.head_floats());
  }
  const std::int64_t first_key = parts.first_key(chunk);
  const DepthBlocks blocks(parts.first_key(chunk + 1) - first_key, AttentionParts::most_keys);
  // The head after this one, or the first one of the next block.
  const auto coming_after = [&](std::int64_t block, std::int64_t head) {
    Coming coming{.nowhere = values};
    if (++head == parts.heads_at_once) {
      head = 0;
      if (++block == blocks.count) return coming;
    }
    const auto rows = [&](const ConstView& view) {
      return position_at(view, n, first_key + blocks.first(block)) + (first_head + head) * parts.depth;
    };
    coming.keys = rows(args.key);
    coming.values = rows(args.value);
    coming.key_stride = args.key.strides.w;
    coming.value_stride = args.value.strides.w;
    coming.count = blocks.depth(block);
    coming.lines = (parts.depth + cache_line - 1) / cache_line;
    return coming;
  };
  for (std::int64_t block = 0; block < blocks.count; ++block) {
    const std::int64_t first = first_key + blocks.first(block);
    const Block rows{keys, values, parts.row_floats, blocks.depth(block)};
    for (std::int64_t head = 0; head < parts.heads_at_once; ++head) {
      const AttentionState state = state_of(head);
      const float* queries = scratch + head * parts.head_floats();
      copy_rows(head_of(args.key, head), first, rows.count, parts, keys);
      copy_rows(head_of(args.value, head), first, rows.count, parts, values);
      const Coming coming = coming_after(block, head);
      for (std::int64_t panel = 0; panel < panels.count(); ++panel) {
        if (panels.width_of(panel) == 2 * lanes) {
          attend<2>(parts, panels, panel, queries, rows, coming, scores, state);
        } else {
          attend<1>(parts, panels, panel, queries, rows, coming, scores, state);
        }
      }
    }
  }
}

// Adds up what the chunks have of some queries' vector of one head, and stores it.
void join_vector(const AttentionArgs& args, const AttentionParts& parts, std::int64_t n, std::int64_t query_block,
                 std::int64_t head, std::int64_t panel_first, std::int64_t panel_width, std::int64_t column,
                 const float* states) {
  const Floats d;
  const std::int64_t query = panel_first + column;
  // Of the first chunk; the others are as far from each other.
  const float* first = states + parts.state(n, query_block, 0, head);
  const std::int64_t apart = parts.heads * parts.state_floats();

  Vector largest = hn::Load(d, first + query);
  for (std::int64_t chunk = 1; chunk < parts.chunks; ++chunk) {
    largest = hn::Max(largest, hn::Load(d, first + chunk * apart + query));
  }
  HWY_ALIGN float factors[AttentionParts::most_chunks * lanes];  // NOLINT(modernize-avoid-c-arrays): vectors
  Vector sum = hn::Zero(d);
  for (std::int64_t chunk = 0; chunk < parts.chunks; ++chunk) {
    const float* state = first + chunk * apart;
    const Vector factor = exponential(hn::Sub(hn::Load(d, state + query), largest));
    hn::Store(factor, d, factors + chunk * lanes);
    sum = hn::MulAdd(hn::Load(d, state + parts.block_queries + query), factor, sum);
  }

  float* to[lanes] = {};  // NOLINT(modernize-avoid-c-arrays)
  const std::int64_t count = std::min(lanes, parts.queries_of(query_block) - query);
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t position = query_block * parts.block_queries + query + i;
    to[i] = args.output.at(n, position / args.output.shape.w, position % args.output.shape.w) + head * parts.depth;
  }
  const float* attended = first + 2 * parts.block_queries + parts.depth_rows * panel_first + column;
  for (std::int64_t c = 0; c < parts.depth; ++c, attended += panel_width) {
    Vector value = hn::Zero(d);
    for (std::int64_t chunk = 0; chunk < parts.chunks; ++chunk) {
      value = hn::MulAdd(hn::Load(d, attended + chunk * apart), hn::Load(d, factors + chunk * lanes), value);
    }
    HWY_ALIGN float values[lanes];  // NOLINT(modernize-avoid-c-arrays)
    hn::Store(hn::Div(value, sum), d, values);
    for (std::int64_t i = 0; i < count; ++i) to[i][c] = values[i];
  }
}

void attention(const AttentionArgs& args, const Context& context) {
  const AttentionParts parts(args, static_cast<int>(lanes), tile_rows);
  auto* states = static_cast<float*>(args.workspace.data);
  float* scratch = states + parts.all_states_floats();
  context.pool.run(parts.count(), [&](std::int64_t part, int thread) {
    attend_part(args, parts, part, states, scratch + thread * parts.scratch_floats());
  });
  context.pool.run(parts.pictures * parts.query_blocks * parts.heads, [&](std::int64_t index, int /*thread*/) {
    const std::int64_t head = index % parts.heads;
    const std::int64_t query_block = index / parts.heads % parts.query_blocks;
    const std::int64_t n = index / parts.heads / parts.query_blocks;
    const Panels panels{.k = parts.depth, .n = parts.queries_of(query_block), .width = parts.width};
    for (std::int64_t panel = 0; panel < panels.count(); ++panel) {
      for (std::int64_t column = 0; column < panels.width_of(panel); column += lanes) {
        join_vector(args, parts, n, query_block, head, panel * panels.width, panels.width_of(panel), column, states);
      }
    }
  });
}

}  // namespace
}  // namespace colourize::kernels::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace colourize::kernels::cpu {
namespace {

std::size_t workspace(const AttentionArgs& args, const Context& context) {
  const AttentionParts parts(args, context.lanes, context.tile_rows);
  return static_cast<std::size_t>(parts.all_states_floats() + context.pool.threads() * parts.scratch_floats()) *
         sizeof(float);
}

}  // namespace

HWY_EXPORT(attention);
void add_attention(Operations& operations) {
  operations.attention = {.compute = HWY_DYNAMIC_DISPATCH(attention), .workspace = workspace};
}

}  // namespace colourize::kernels::cpu
#endif
