#include "engine/photo/resample.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace colourize::photo {
namespace {

constexpr int fixed_point_bits = 32 - 8 - 2;  // Pillow's: 8 bits of value, 2 of headroom

// The weights of every target pixel, rounded to fixed point.
std::vector<std::vector<std::int32_t>> fixed_point(const Resampling& axis) {
  std::vector<std::vector<std::int32_t>> result(static_cast<std::size_t>(axis.to()));
  for (int target = 0; target < axis.to(); ++target) {
    for (const double weight : axis.weights(target)) {
      const auto rounded = static_cast<std::int32_t>(weight * (1 << fixed_point_bits) + 0.5);
      result[static_cast<std::size_t>(target)].push_back(rounded);
    }
  }
  return result;
}

// Target pixel `to` from source pixels that lie `stride` samples apart, all channels.
void blend_8_bit(const std::uint8_t* from, std::size_t stride, std::span<const std::int32_t> weights, int channels,
                 std::uint8_t* to) {
  for (int c = 0; c < channels; ++c) {
    std::int32_t sum = 1 << (fixed_point_bits - 1);
    const std::uint8_t* sample = from + c;
    for (const std::int32_t weight : weights) {
      sum += *sample * weight;
      sample += stride;
    }
    to[c] = static_cast<std::uint8_t>(std::clamp(sum >> fixed_point_bits, 0, UINT8_MAX));
  }
}

Raster8 resize_rows_8_bit(const Raster8& source, int width) {
  if (width == source.width) return source;
  const Resampling axis(source.width, width);
  Raster8 result(width, source.height, source.channels);
  const auto weights = fixed_point(axis);
  const auto pixel = static_cast<std::size_t>(source.channels);
  for (int y = 0; y < source.height; ++y) {
    std::uint8_t* to = result.row(y).data();
    for (int x = 0; x < width; ++x, to += pixel) {
      const std::uint8_t* from = source.row(y).data() + static_cast<std::size_t>(axis.first(x)) * pixel;
      blend_8_bit(from, pixel, weights[static_cast<std::size_t>(x)], source.channels, to);
    }
  }
  return result;
}

Raster8 resize_columns_8_bit(const Raster8& source, int height) {
  if (height == source.height) return source;
  const Resampling axis(source.height, height);
  Raster8 result(source.width, height, source.channels);
  const auto pixel = static_cast<std::size_t>(source.channels);
  const auto weights = fixed_point(axis);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = source.row(axis.first(y)).data();
    for (int x = 0; x < source.width; ++x) {
      const std::size_t at = static_cast<std::size_t>(x) * pixel;
      blend_8_bit(from + at, source.row_samples(), weights[static_cast<std::size_t>(y)], source.channels,
                  result.row(y).data() + at);
    }
  }
  return result;
}

void resize_row(std::span<const float> from, const Resampling& axis, std::span<float> to) {
  if (axis.from() == axis.to()) {
    std::ranges::copy(from, to.begin());
    return;
  }
  for (int x = 0; x < axis.to(); ++x) {
    double sum = 0;
    auto source = static_cast<std::size_t>(axis.first(x));
    for (const double weight : axis.weights(x)) sum += weight * from[source++];
    to[static_cast<std::size_t>(x)] = static_cast<float>(sum);
  }
}

// Row y of what `source` becomes along the vertical axis.
void blend_rows(const Plane& source, const Resampling& axis, int y, std::span<float> to) {
  if (axis.from() == axis.to()) {
    std::ranges::copy(source.row(y), to.begin());
    return;
  }
  // Row after row, in double precision as above: side by side in a register.
  std::array<double, 256> sums;  // NOLINT(cppcoreguidelines-pro-type-member-init): set below
  for (std::size_t begin = 0; begin < to.size(); begin += sums.size()) {
    const std::size_t count = std::min(sums.size(), to.size() - begin);
    std::fill_n(sums.begin(), count, 0.0);
    int row = axis.first(y);
    for (const double weight : axis.weights(y)) {
      const float* from = source.row(row++).data() + begin;
      for (std::size_t x = 0; x < count; ++x) sums[x] += weight * from[x];
    }
    for (std::size_t x = 0; x < count; ++x) to[begin + x] = static_cast<float>(sums[x]);
  }
}

}  // namespace

Resampling::Resampling(int from, int to) : from_(from) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(scale, 1.0);
  begin_.push_back(0);
  for (int target = 0; target < to; ++target) {
    const double centre = (target + 0.5) * scale;
    const int begin = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), from);
    double sum = 0;
    for (int i = begin; i < end; ++i) {
      const double weight = std::max(0.0, 1 - std::abs((i - centre + 0.5) * (1 / support)));
      weights_.push_back(weight);
      sum += weight;
    }
    for (std::size_t i = begin_.back(); i < weights_.size(); ++i) weights_[i] *= 1 / sum;
    first_.push_back(begin);
    begin_.push_back(weights_.size());
  }
}

Resampling::Resampling(int from, const std::vector<Window>& windows) : from_(from), begin_{0} {
  for (const Window& window : windows) {
    first_.push_back(window.first);
    weights_.insert(weights_.end(), window.weights.begin(), window.weights.end());
    begin_.push_back(weights_.size());
  }
}

Raster8 resize_8_bit(const Raster8& source, int width, int height) {
  return resize_columns_8_bit(resize_rows_8_bit(source, width), height);
}

Plane resize(const RowSource& source, int source_width, int source_height, int width, int height) {
  const Resampling horizontal(source_width, width);
  const Resampling vertical(source_height, height);
  Plane narrow(width, source_height);
  std::vector<float> row(static_cast<std::size_t>(source_width));
  for (int y = 0; y < source_height; ++y) {
    source(y, row);
    resize_row(row, horizontal, narrow.row(y));
  }
  Plane result(width, height);
  for (int y = 0; y < height; ++y) blend_rows(narrow, vertical, y, result.row(y));
  return result;
}

Plane resize(const Plane& source, int width, int height) {
  const auto copy_row = [&](int y, std::span<float> row) { std::ranges::copy(source.row(y), row.begin()); };
  return resize(copy_row, source.width, source.height, width, height);
}

void ResizedRows::row(int y, std::span<float> to) {
  blend_rows(source_, vertical_, y, blended_);
  resize_row(blended_, horizontal_, to);
}

}  // namespace colourize::photo
