#include "kernels/all_finite.h"

#include <algorithm>
#include <atomic>

#include "system/all_finite.h"

namespace colourize::kernels {
namespace {

template <class Number>
bool in_parts(std::span<const Number> values, ThreadPool& pool) {
  constexpr std::size_t part_values = 1 << 20;
  std::atomic<bool> all = true;
  const std::size_t parts = (values.size() + part_values - 1) / part_values;
  pool.run(static_cast<std::int64_t>(parts), [&](std::int64_t part, int /*thread*/) {
    const std::size_t first = static_cast<std::size_t>(part) * part_values;
    if (!colourize::all_finite(values.subspan(first, std::min(part_values, values.size() - first)))) all = false;
  });
  return all;
}

}  // namespace

bool all_finite(std::span<const float> values, ThreadPool& pool) {
  return in_parts(values, pool);
}

bool all_finite(std::span<const std::uint16_t> halves, ThreadPool& pool) {
  return in_parts(halves, pool);
}

}  // namespace colourize::kernels
