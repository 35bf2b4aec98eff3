#include "film/stabiliser/motion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "film/stabiliser/block_match.h"

namespace colourize::film {
namespace {

using kernels::Plane;

constexpr int window_margin = (window_side - block_side) / 2;
// Planes are halved as long as their smaller side is at least this. At that level every vector up to coarse_reach is
// tried.
constexpr int halving_side = 48;
constexpr int coarse_reach = 4;

// The vectors of a level's blocks.
struct Field {
  int columns;
  int rows;
  std::vector<Vector> vectors;

  explicit Field(const Level& level)
      : columns((level.width + block_side - 1) / block_side),
        rows((level.height + block_side - 1) / block_side),
        vectors(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

  // Outside the field, the vectors at its edge repeat.
  Vector& at(int column, int row) {
    return vectors[static_cast<std::size_t>(std::clamp(row, 0, rows - 1)) * static_cast<std::size_t>(columns) +
                   static_cast<std::size_t>(std::clamp(column, 0, columns - 1))];
  }

  // Calls it for each block, with the block's column and row and with the place of its window.
  template <typename Visit>
  void for_each_block(const Visit& visit) const {
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        visit(column, row, column * block_side - window_margin, row * block_side - window_margin);
      }
    }
  }
};

// The coarsest level's.
Field searched(const Search& search) {
  Field field(search.to);
  field.for_each_block([&](int column, int row, int left, int top) {
    Best best(search, left, top, {});
    const int price = best.price();
    for (int y = -coarse_reach; y <= coarse_reach; ++y) {
      for (int x = -coarse_reach; x <= coarse_reach; ++x) {
        best.consider({x, y}, price * std::min(distance({x, y}, {}), largest_distance));
      }
    }
    field.at(column, row) = best.vector;
  });
  return field;
}

// Candidates: the vectors of the level above, those of the finished blocks beside each block, and no motion.
Field refined(const Search& search, Field& above) {
  Field field(search.to);
  field.for_each_block([&](int column, int row, int left, int top) {
    const auto from_above = [&](int x, int y) {
      const Vector& vector = above.at(column / 2 + x, row / 2 + y);
      return Vector{2 * vector.x, 2 * vector.y};
    };
    Best best(search, left, top, from_above(0, 0));
    for (const Vector& neighbour : neighbours) best.consider(from_above(neighbour.x, neighbour.y), least_price);
    if (column > 0) best.consider(field.at(column - 1, row), least_price);
    if (row > 0) best.consider(field.at(column, row - 1), least_price);
    best.consider({}, least_price);
    best.descend();
    field.at(column, row) = best.vector;
  });
  return field;
}

// The median of the horizontal and of the vertical parts in the 3 x 3 blocks around this one.
Vector middle_vector(Field& field, int column, int row) {
  std::array<int, 9> x;
  std::array<int, 9> y;
  for (int i = 0; i < 9; ++i) {
    const Vector& vector = field.at(column + i % 3 - 1, row + i / 3 - 1);
    x.at(static_cast<std::size_t>(i)) = vector.x;
    y.at(static_cast<std::size_t>(i)) = vector.y;
  }
  std::ranges::nth_element(x, x.begin() + 4);
  std::ranges::nth_element(y, y.begin() + 4);
  return {x[4], y[4]};
}

// Each block takes the median vector around it where that is hardly worse, because the rest of the difference comes
// from grain.
Field smoothed(const Search& search, Field& field) {
  Field result = field;
  field.for_each_block([&](int column, int row, int left, int top) {
    const Best own(search, left, top, field.at(column, row));
    const Best middle(search, left, top, middle_vector(field, column, row));
    if (middle.difference < own.difference + own.price()) result.at(column, row) = middle.vector;
  });
  return result;
}

void measure_content(const Search& search, Field& field, Motion& motion) {
  const float pixels = static_cast<float>(field.vectors.size()) * window_pixels;
  field.for_each_block([&](int column, int row, int left, int top) {
    motion.coarse_difference += static_cast<float>(search.difference(left, top, field.at(column, row))) / pixels;
    motion.coarse_texture += static_cast<float>(search.texture(left, top)) / pixels;
  });
}

// Where the vectors of two blocks lead to one place but differ, the block that matches worse shows uncovered content.
void find_uncovered(const Field& field, const std::vector<Best>& blocks, Motion& motion) {
  std::vector<const Best*> owners(blocks.size());
  const auto owner = [&](const Best& block) -> const Best*& {
    const int column = (block.left + block.vector.x + window_side / 2) / block_side;
    const int row = (block.top + block.vector.y + window_side / 2) / block_side;
    return owners[static_cast<std::size_t>(std::clamp(row, 0, field.rows - 1)) *
                      static_cast<std::size_t>(field.columns) +
                  static_cast<std::size_t>(std::clamp(column, 0, field.columns - 1))];
  };
  for (const Best& block : blocks) {
    const Best*& best = owner(block);
    if (best == nullptr || block.difference < best->difference) best = &block;
  }
  for (const Best& block : blocks) {
    const Best& best = *owner(block);
    const bool alike = distance(block.vector, best.vector) < 2;
    motion.uncovered.push_back(!alike && block.difference > best.difference + best.price() ? 1 : 0);
  }
}

void finish(const Search& search, Field& field, Motion& motion) {
  motion.columns = field.columns;
  motion.rows = field.rows;
  std::vector<Best> blocks;
  field.for_each_block(
      [&](int column, int row, int left, int top) { blocks.emplace_back(search, left, top, field.at(column, row)); });
  for (const Best& block : blocks) {
    const auto [x, y] = block.fraction();
    motion.dx.push_back(static_cast<float>(block.vector.x) + x);
    motion.dy.push_back(static_cast<float>(block.vector.y) + y);
  }
  find_uncovered(field, blocks, motion);
}

// Gives `from` the mean and the deviation of `to`: value * gain + offset.
struct Exposure {
  float gain = 1;
  float offset = 0;
};

Exposure exposure_between(const Plane& from, const Plane& to) {
  const auto moments = [](const Plane& plane) {
    double total = 0;
    double squares = 0;
    for (const float value : plane.values) {
      total += value;
      squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(plane.values.size());
    const double mean = total / count;
    return std::pair(mean, std::sqrt(std::max(squares / count - mean * mean, 0.0)));
  };
  const auto [from_mean, from_deviation] = moments(from);
  const auto [to_mean, to_deviation] = moments(to);
  constexpr double grain = 4;  // levels; without it, a gain of even planes would be that of their grain
  const double gain = std::clamp((to_deviation + grain) / (from_deviation + grain), 0.25, 4.0);
  return {static_cast<float>(gain), static_cast<float>(to_mean - gain * from_mean)};
}

std::vector<Plane> pyramid(const Plane& plane) {
  std::vector<Plane> levels{plane};
  while (std::min(levels.back().width, levels.back().height) >= halving_side) levels.push_back(halved(levels.back()));
  return levels;
}

}  // namespace

Plane halved(const Plane& plane) {
  Plane half((plane.width + 1) / 2, (plane.height + 1) / 2);
  for (int y = 0; y < half.height; ++y) {
    const std::span<const float> upper = plane.row(2 * y);
    const std::span<const float> lower = plane.row(std::min(2 * y + 1, plane.height - 1));
    const std::span<float> to = half.row(y);
    for (std::size_t x = 0; x < upper.size() / 2; ++x) {
      to[x] = 0.25F * (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1]);
    }
    if (plane.width % 2 == 1) to.back() = 0.5F * (upper.back() + lower.back());
  }
  return half;
}

Motion estimate_motion(const Plane& from, const Plane& to) {
  const Exposure exposure = exposure_between(from, to);
  const std::vector<Plane> from_levels = pyramid(from);
  const std::vector<Plane> to_levels = pyramid(to);
  Motion motion;
  std::optional<Field> above;
  for (std::size_t index = from_levels.size(); index-- > 0;) {
    const Level from_level(from_levels[index], exposure.gain, exposure.offset);
    const Level to_level(to_levels[index]);
    const Search search{from_level, to_level};
    Field field = above ? refined(search, *above) : searched(search);
    if (!above) measure_content(search, field, motion);
    field = smoothed(search, field);
    if (index == 0) finish(search, field, motion);
    above = std::move(field);
  }
  return motion;
}

}  // namespace colourize::film
