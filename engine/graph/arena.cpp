#include "engine/graph/arena.h"

#include <algorithm>
#include <numeric>

namespace colourize::graph {
namespace {

constexpr std::size_t alignment = 64;

std::size_t aligned(std::size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

bool meet_in_time(const Block& a, const Block& b) {
  return a.first <= b.last && b.first <= a.last;
}

}  // namespace

std::size_t place_blocks(std::vector<Block>& blocks) {
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return blocks[a].bytes > blocks[b].bytes; });

  std::vector<const Block*> placed;  // by offset
  std::size_t arena = 0;
  for (const std::size_t i : order) {
    Block& block = blocks[i];
    block.offset = 0;
    for (const Block* other : placed) {
      if (!meet_in_time(*other, block)) continue;
      if (block.offset + aligned(block.bytes) <= other->offset) break;  // the gap before `other` is wide enough
      block.offset = std::max(block.offset, other->offset + aligned(other->bytes));
    }
    placed.insert(std::ranges::upper_bound(placed, block.offset, {}, &Block::offset), &block);
    arena = std::max(arena, block.offset + aligned(block.bytes));
  }
  return arena;
}

}  // namespace colourize::graph
