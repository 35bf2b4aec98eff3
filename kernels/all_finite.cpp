#include "kernels/all_finite.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>

namespace colourize::kernels {

bool all_finite(std::span<const float> values, ThreadPool& pool) {
  constexpr std::uint32_t exponent = 0x7F80'0000;
  constexpr std::size_t part_values = 1 << 20;
  std::atomic<bool> all = true;
  const std::size_t parts = (values.size() + part_values - 1) / part_values;
  pool.run(static_cast<std::int64_t>(parts), [&](std::int64_t part, int /*thread*/) {
    const std::size_t first = static_cast<std::size_t>(part) * part_values;
    bool finite = true;
    for (const float value : values.subspan(first, std::min(part_values, values.size() - first))) {
      finite &= (std::bit_cast<std::uint32_t>(value) & exponent) != exponent;
    }
    if (!finite) all = false;
  });
  return all;
}

}  // namespace colourize::kernels
