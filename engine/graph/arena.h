// Places blocks of memory, each used during some of a plan's steps, in one arena.
#pragma once

#include <cstddef>
#include <vector>

namespace colourize::graph {

struct Block {
  std::size_t bytes = 0;
  // The first and the last step that need its contents, both included.
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t offset = 0;  // set by place_blocks(); a multiple of 64
};

// Gives each block an offset so that no two blocks that are needed at the same time overlap. Returns the arena's size
// in bytes. The method is greedy by size, as in Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net
// Inference" (2020): the largest block first, each at the lowest free offset.
std::size_t place_blocks(std::vector<Block>& blocks);

}  // namespace colourize::graph
