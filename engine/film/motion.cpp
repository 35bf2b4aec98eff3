#include "engine/film/motion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace colourize::film {
namespace {

using photo::Plane;

constexpr int window_side = 8;
constexpr int window_margin = (window_side - block_side) / 2;
constexpr int window_pixels = window_side * window_side;
// How far a window may lie outside of the plane, where the edge's pixels go on.
constexpr int padding = 16;
// Planes are halved as long as their smaller side is at least this; there every vector up to coarse_reach is tried.
constexpr int halving_side = 48;
constexpr int coarse_reach = 4;
// Levels a window that a vector must gain for each pixel that it differs from the one expected. Grain with a deviation of
// g levels moves a window's sum by about 5 g.
constexpr int difference_cost = 8;
constexpr int largest_descent = 4;

struct Vector {
  int x = 0;
  int y = 0;
  bool operator==(const Vector&) const = default;
};

Vector operator+(const Vector& a, const Vector& b) {
  return {a.x + b.x, a.y + b.y};
}

// 8 bits a pixel, with a border.
struct Level {
  int width;
  int height;
  int stride;
  std::vector<std::uint8_t> samples;

  explicit Level(const Plane& plane, float gain = 1, float offset = 0)
      : width(plane.width),
        height(plane.height),
        stride(plane.width + 2 * padding),
        samples(static_cast<std::size_t>(stride) * static_cast<std::size_t>(plane.height + 2 * padding)) {
    for (int y = -padding; y < height + padding; ++y) {
      const std::span<const float> row = plane.row(std::clamp(y, 0, height - 1));
      std::uint8_t* to = samples.data() + index(-padding, y);
      const auto sample = [&](float value) {
        return static_cast<std::uint8_t>(std::clamp(value * gain + offset + 0.5F, 0.0F, 255.0F));
      };
      std::fill_n(to, padding, sample(row.front()));
      std::ranges::transform(row, to + padding, sample);
      std::fill_n(to + padding + width, padding, sample(row.back()));
    }
  }

  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y + padding) * static_cast<std::size_t>(stride) +
           static_cast<std::size_t>(x + padding);
  }
};

using Window = std::array<std::int16_t, window_pixels>;

int sum(const Window& window) {
  int total = 0;
  for (const std::int16_t value : window) total += value;
  return total;
}

// The sum of the absolute deviations from the mean.
int deviation(const Window& window) {
  const int mean = (sum(window) + window_pixels / 2) >> 6;
  int total = 0;
  for (const std::int16_t value : window) total += std::abs(value - mean);
  return total;
}

Window window(const Level& level, int left, int top) {
  Window result;
  for (int y = 0; y < window_side; ++y) {
    std::copy_n(level.samples.data() + level.index(left, top + y), window_side, result.data() + y * window_side);
  }
  return result;
}

struct Search {
  const Level& from;
  const Level& to;

  // Its window in `to` starts here.
  int difference(int left, int top, const Vector& vector) const {
    Window window;
    const std::uint8_t* a = to.samples.data() + to.index(left, top);
    const std::uint8_t* b = from.samples.data() + from.index(left + vector.x, top + vector.y);
    for (std::size_t y = 0; y < window_side; ++y) {
      for (std::size_t x = 0; x < window_side; ++x) {
        window[y * window_side + x] = static_cast<std::int16_t>(a[x] - b[x]);
      }
      a += to.stride;
      b += from.stride;
    }
    return deviation(window);
  }

  // The larger one's of the two planes.
  int texture(int left, int top) const {
    return std::max(deviation(window(from, left, top)), deviation(window(to, left, top)));
  }

  // The nearest vector whose window lies in the padded plane.
  Vector inside(int left, int top, const Vector& vector) const {
    return {std::clamp(vector.x, -padding - left, to.width + padding - window_side - left),
            std::clamp(vector.y, -padding - top, to.height + padding - window_side - top)};
  }
};

int distance(const Vector& a, const Vector& b) {
  return std::abs(a.x - b.x) + std::abs(a.y - b.y);
}

constexpr std::array<Vector, 4> neighbours{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}};

// The best vector so far of one block.
struct Best {
  const Search& search;
  int left;
  int top;
  Vector expected;
  Vector vector;
  int difference;
  int cost;

  Best(const Search& s, int l, int t, const Vector& e)
      : search(s),
        left(l),
        top(t),
        expected(s.inside(l, t, e)),
        vector(expected),
        difference(s.difference(l, t, expected)),
        cost(difference) {}

  bool consider(const Vector& wanted) {
    const Vector candidate = search.inside(left, top, wanted);
    if (candidate == vector) return false;
    const int penalty = difference_cost * distance(candidate, expected);
    if (penalty >= cost) return false;
    const int found = search.difference(left, top, candidate);
    if (found + penalty >= cost) return false;
    vector = candidate;
    difference = found;
    cost = found + penalty;
    return true;
  }

  void descend() {
    for (int step = 0; step < largest_descent; ++step) {
      const Vector centre = vector;
      for (const Vector& neighbour : neighbours) consider(centre + neighbour);
      if (vector == centre) return;
    }
  }

  // The lowest point of the parabola through the differences at the vector and beside it, within half a pixel.
  float fraction(const Vector& step) const {
    const Vector before = vector + Vector{-step.x, -step.y};
    const Vector after = vector + step;
    if (search.inside(left, top, before) != before || search.inside(left, top, after) != after) return 0;
    const auto low = static_cast<float>(search.difference(left, top, before));
    const auto high = static_cast<float>(search.difference(left, top, after));
    const float curvature = low + high - 2 * static_cast<float>(difference);
    // A flat window's parabola is made of grain.
    if (curvature < window_pixels) return 0;
    return std::clamp((low - high) / (2 * curvature), -0.5F, 0.5F);
  }
};

// The vectors of a level's blocks.
struct Field {
  int columns;
  int rows;
  std::vector<Vector> vectors;

  explicit Field(const Level& level)
      : columns((level.width + block_side - 1) / block_side),
        rows((level.height + block_side - 1) / block_side),
        vectors(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}
  // Of all windows.
  float pixels() const { return static_cast<float>(vectors.size()) * window_pixels; }
  Vector& at(int column, int row) {
    return vectors[static_cast<std::size_t>(std::clamp(row, 0, rows - 1)) * static_cast<std::size_t>(columns) +
                   static_cast<std::size_t>(std::clamp(column, 0, columns - 1))];
  }
};

Best best_of_all(const Search& search, int left, int top) {
  Best best(search, left, top, {});
  for (int y = -coarse_reach; y <= coarse_reach; ++y) {
    for (int x = -coarse_reach; x <= coarse_reach; ++x) best.consider({x, y});
  }
  return best;
}

// From the vectors of the level above, of the blocks already done beside this one, and none.
Best best_of_known(const Search& search, Field& field, Field& above, int column, int row) {
  const auto from_above = [&](int x, int y) {
    const Vector& vector = above.at(column / 2 + x, row / 2 + y);
    return Vector{2 * vector.x, 2 * vector.y};
  };
  Best best(search, column * block_side - window_margin, row * block_side - window_margin, from_above(0, 0));
  for (const Vector& neighbour : neighbours) best.consider(from_above(neighbour.x, neighbour.y));
  if (column > 0) best.consider(field.at(column - 1, row));
  if (row > 0) best.consider(field.at(column, row - 1));
  best.consider({});
  best.descend();
  return best;
}

// The mean and the deviation of `from` made those of `to`: value * gain + offset.
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
  const double gain = std::clamp((to_deviation + 4) / (from_deviation + 4), 0.25, 4.0);
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
  std::vector<Field> fields;  // the level above's last
  for (std::size_t index = from_levels.size(); index-- > 0;) {
    const Level from_level(from_levels[index], exposure.gain, exposure.offset);
    const Level to_level(to_levels[index]);
    const Search search{from_level, to_level};
    Field field(to_level);
    for (int row = 0; row < field.rows; ++row) {
      for (int column = 0; column < field.columns; ++column) {
        const int left = column * block_side - window_margin;
        const int top = row * block_side - window_margin;
        const Best best =
            fields.empty() ? best_of_all(search, left, top) : best_of_known(search, field, fields.back(), column, row);
        field.at(column, row) = best.vector;
        if (fields.empty()) {
          motion.coarse_difference += static_cast<float>(best.difference) / field.pixels();
          motion.coarse_texture += static_cast<float>(search.texture(left, top)) / field.pixels();
        }
        if (index > 0) continue;
        motion.dx.push_back(static_cast<float>(best.vector.x) + best.fraction({1, 0}));
        motion.dy.push_back(static_cast<float>(best.vector.y) + best.fraction({0, 1}));
      }
    }
    motion.columns = field.columns;
    motion.rows = field.rows;
    fields.push_back(std::move(field));
  }
  return motion;
}

}  // namespace colourize::film
