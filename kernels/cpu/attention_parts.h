// How the work of multi-head attention (attention.cpp) is cut, and where its parts find their memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/operations/attention.h"

namespace colourize::kernels::cpu {

constexpr std::int64_t rounded_up(std::int64_t count, std::int64_t to) {
  return (count + to - 1) / to * to;
}

// All counts are of one picture, head and part, where it says nothing else.
struct AttentionParts {
  static constexpr std::int64_t most_queries = 128;  // of a part; a multiple of every panel's width
  static constexpr std::int64_t most_keys = 128;     // of a block: scores and keys fit the first-level cache
  static constexpr std::int64_t fewest_keys = 512;   // of a chunk, if there is another
  static constexpr std::int64_t most_chunks = 16;    // as many as keep many threads busy; their results cost memory
  static constexpr std::int64_t parts_for_all = 16;  // with fewer, each head is a part of its own

  AttentionParts(const AttentionArgs& args, int lanes, int tile_rows)
      : tile_rows(tile_rows),
        pictures(args.output.shape.n),
        heads(args.heads),
        depth(args.output.shape.c / args.heads),
        queries(args.output.shape.h * args.output.shape.w),
        keys(args.key.shape.h * args.key.shape.w),
        width(2 * std::int64_t{lanes}),
        query_blocks((queries + most_queries - 1) / most_queries),
        block_queries(rounded_up((queries + query_blocks - 1) / query_blocks, width)),
        chunks(std::clamp<std::int64_t>(keys / fewest_keys, 1, std::max<std::int64_t>(1, most_chunks / query_blocks))),
        heads_at_once(pictures * query_blocks * chunks < parts_for_all ? 1 : heads),
        depth_rows(std::max<std::int64_t>(depth, tile_rows / 2)),
        row_floats(rounded_up(depth_rows, 16)) {}

  std::int64_t count() const { return pictures * query_blocks * chunks * (heads / heads_at_once); }
  std::int64_t queries_of(std::int64_t query_block) const {
    return std::min(block_queries, queries - query_block * block_queries);
  }
  std::int64_t first_key(std::int64_t chunk) const { return keys * chunk / chunks; }

  // What a part knows of one head: for each query the largest logit and the sum of its exponentials; and y, in panels
  // of queries with a row for each channel.
  std::int64_t state_floats() const { return (2 + depth_rows) * block_queries; }
  std::int64_t state(std::int64_t picture, std::int64_t query_block, std::int64_t chunk, std::int64_t head) const {
    return (((picture * query_blocks + query_block) * chunks + chunk) * heads + head) * state_floats();
  }
  std::int64_t all_states_floats() const { return pictures * query_blocks * chunks * heads * state_floats(); }

  // A thread's scratch: the queries of a part's heads; a block's keys and scores, which tiles exceed; its values.
  std::int64_t head_floats() const { return depth * block_queries; }
  std::int64_t keys_floats() const { return (most_keys + tile_rows) * row_floats; }
  std::int64_t scores_floats() const { return (most_keys + tile_rows) * width; }
  std::int64_t scratch_floats() const {
    return heads_at_once * head_floats() + keys_floats() + scores_floats() + most_keys * row_floats;
  }

  int tile_rows;
  std::int64_t pictures;
  std::int64_t heads;
  std::int64_t depth;
  std::int64_t queries;
  std::int64_t keys;
  std::int64_t width;  // of a panel of queries
  std::int64_t query_blocks;
  std::int64_t block_queries;
  std::int64_t chunks;
  std::int64_t heads_at_once;
  std::int64_t depth_rows;  // channels that are computed: the lowest tile may have more than there are
  std::int64_t row_floats;  // from one key to the next, and from one value to the next
};

// What a part has of one head. Its floats lie as AttentionParts::state_floats() says.
struct AttentionState {
  AttentionState(float* memory, const AttentionParts& parts)
      : largest(memory), sums(memory + parts.block_queries), attended(memory + 2 * parts.block_queries) {}

  void clear(const AttentionParts& parts) const {
    std::fill_n(largest, parts.block_queries, std::numeric_limits<float>::lowest());
    std::fill_n(sums, parts.state_floats() - parts.block_queries, 0.0F);
  }

  float* largest;
  float* sums;
  float* attended;
};

}  // namespace colourize::kernels::cpu
