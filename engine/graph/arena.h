// Places for blocks of memory that live for a while, in one arena.
#pragma once

#include <cstddef>
#include <vector>

namespace colourize::graph {

struct Block {
  std::size_t bytes = 0;
  // The first and the last step during which its contents matter, both included.
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t offset = 0;  // what place_blocks() finds; a multiple of 64
};

// Gives every block an offset such that no two that live at the same time overlap; returns the arena's size. Greedy by
// size, as in Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020): the largest first,
// each at the lowest free offset.
std::size_t place_blocks(std::vector<Block>& blocks);

}  // namespace colourize::graph
