// Quantiles of counts in bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace colourize::photo {

// Returns the first bin so that it and the bins below hold at least this share (0 to 1) of all counts. Needs at least
// one bin.
inline std::size_t quantile_bin(std::span<const std::int64_t> counts, double share) {
  std::int64_t all = 0;
  for (const std::int64_t count : counts) all += count;
  std::int64_t below = 0;
  std::size_t bin = 0;
  while (bin + 1 < counts.size() && static_cast<double>(below + counts[bin]) < share * static_cast<double>(all)) {
    below += counts[bin++];
  }
  return bin;
}

}  // namespace colourize::photo
