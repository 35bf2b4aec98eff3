#include "engine/graph/constant.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "system/error.h"

namespace colourize::graph {
namespace {

// The code of each place along an axis, one after another: `channels` numbers each.
std::vector<float> axis_code(std::int64_t length, std::int64_t channels) {
  std::vector<float> code;
  code.reserve(static_cast<std::size_t>(length * channels));
  for (std::int64_t place = 1; place <= length; ++place) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(place) / (static_cast<double>(length) + 1e-6);
    for (std::int64_t k = 0; k < channels; k += 2) {
      const double slower = angle / std::pow(10000.0, static_cast<double>(k) / static_cast<double>(channels));
      code.push_back(static_cast<float>(std::sin(slower)));
      code.push_back(static_cast<float>(std::cos(slower)));
    }
  }
  return code;
}

}  // namespace

std::int64_t Constant::channels(const InputChannels& inputs) const {
  if (positions < 1 || channel_count < 1 || std::ssize(numbers) / channel_count != positions ||
      std::ssize(numbers) % channel_count != 0) {
    throw Error(ErrorKind::damaged, inputs.name,
                "has " + std::to_string(numbers.size()) + " numbers for " + std::to_string(positions) +
                    " positions of " + std::to_string(channel_count) + " channels");
  }
  return channel_count;
}

std::int64_t PositionCode::channels(const InputChannels& inputs) const {
  if (channel_count < 4 || channel_count % 4 != 0) {
    throw Error(ErrorKind::damaged, inputs.name,
                "has " + std::to_string(channel_count) + " channels where a multiple of 4 is needed");
  }
  return channel_count;
}

std::vector<float> PositionCode::values(const kernels::Shape& shape) const {
  const std::int64_t half = channel_count / 2;
  const std::vector<float> rows = axis_code(shape.h, half);
  const std::vector<float> columns = axis_code(shape.w, half);
  std::vector<float> values(static_cast<std::size_t>(shape.elements()));
  auto to = values.begin();
  for (std::int64_t y = 0; y < shape.h; ++y) {
    for (std::int64_t x = 0; x < shape.w; ++x) {
      to = std::copy_n(rows.begin() + y * half, half, to);
      to = std::copy_n(columns.begin() + x * half, half, to);
    }
  }
  return values;
}

}  // namespace colourize::graph
