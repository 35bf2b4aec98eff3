// Host memory with the alignment that kernels need.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace colourize::kernels {

// The size of a cache line, and of the widest vector, in bytes.
constexpr std::size_t memory_alignment = 64;

// Allocates this many bytes with that alignment; returns null where there are not enough. Free them with std::free().
inline void* allocate_aligned(std::size_t bytes) {
  return std::aligned_alloc(memory_alignment, (bytes + memory_alignment - 1) / memory_alignment * memory_alignment);
}

}  // namespace colourize::kernels
