// Memory of the host as kernels want it.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace colourize::kernels {

// A cache line, and the widest vector.
constexpr std::size_t memory_alignment = 64;

// So many bytes, aligned so; null when there are not as many. Freed with std::free().
inline void* allocate_aligned(std::size_t bytes) {
  return std::aligned_alloc(memory_alignment, (bytes + memory_alignment - 1) / memory_alignment * memory_alignment);
}

}  // namespace colourize::kernels
