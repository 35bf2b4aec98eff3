#include "kernels/half.h"

#include <algorithm>

#include <Eigen/Core>

namespace colourize::kernels {

std::vector<float> widened(std::span<const std::uint16_t> halves) {
  std::vector<float> values(halves.size());
  std::ranges::transform(halves, values.begin(), [](std::uint16_t half) {
    return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(half));
  });
  return values;
}

}  // namespace colourize::kernels
