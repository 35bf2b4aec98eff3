// The orders in which the emulation runs blocks, warps and lanes: three that are the same each time, and one that is
// not, which a failing test prints.
#pragma once

#include <array>
#include <cstdint>
#include <random>

namespace colourize::emulation {

inline std::array<std::uint64_t, 4> seeds() {
  return {1, 2, 3, std::random_device()()};
}

}  // namespace colourize::emulation
