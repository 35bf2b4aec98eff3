#include "film/stabiliser/block_match.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace colourize::film {
namespace {

// How far a window may extend beyond the plane.
constexpr int padding = 16;
// Grain of g levels leaves about 70 g in a window's difference, and that varies by 8 g.
constexpr int price_part = 6;
constexpr int largest_descent = 4;
// What even grain of one or two levels adds to the sum of squared gradients.
constexpr float grain_moment = 4 * window_pixels;

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

}  // namespace

int distance(const Vector& a, const Vector& b) {
  return std::abs(a.x - b.x) + std::abs(a.y - b.y);
}

Level::Level(const kernels::Plane& plane, float gain, float offset)
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

std::size_t Level::index(int x, int y) const {
  return static_cast<std::size_t>(y + padding) * static_cast<std::size_t>(stride) +
         static_cast<std::size_t>(x + padding);
}

Window Search::differences(int left, int top, const Vector& vector) const {
  Window result;
  const std::uint8_t* a = to.samples.data() + to.index(left, top);
  const std::uint8_t* b = from.samples.data() + from.index(left + vector.x, top + vector.y);
  for (std::size_t y = 0; y < window_side; ++y) {
    for (std::size_t x = 0; x < window_side; ++x) {
      result[y * window_side + x] = static_cast<std::int16_t>(a[x] - b[x]);
    }
    a += to.stride;
    b += from.stride;
  }
  return result;
}

int Search::difference(int left, int top, const Vector& vector) const {
  return deviation(differences(left, top, vector));
}

int Search::texture(int left, int top) const {
  return std::max(deviation(window(from, left, top)), deviation(window(to, left, top)));
}

Vector Search::inside(int left, int top, const Vector& vector) const {
  constexpr int reach = padding - 1;
  return {std::clamp(vector.x, -reach - left, to.width + reach - window_side - left),
          std::clamp(vector.y, -reach - top, to.height + reach - window_side - top)};
}

Best::Best(const Search& block_search, int window_left, int window_top, const Vector& expected)
    : search(block_search),
      left(window_left),
      top(window_top),
      vector(block_search.inside(left, top, expected)),
      difference(block_search.difference(left, top, vector)),
      cost(difference) {}

void Best::consider(const Vector& wanted, int penalty) {
  const Vector candidate = search.inside(left, top, wanted);
  if (candidate == vector || penalty >= cost) return;
  const int found = search.difference(left, top, candidate);
  if (found + penalty >= cost) return;
  vector = candidate;
  difference = found;
  cost = found + penalty;
}

int Best::price() const {
  return least_price + difference / price_part;
}

void Best::descend() {
  const Vector known = vector;
  const int distance_price = price();
  for (int step = 0; step < largest_descent; ++step) {
    const Vector centre = vector;
    for (const Vector& neighbour : neighbours) {
      consider(centre + neighbour, distance_price * std::min(distance(centre + neighbour, known), largest_distance));
    }
    if (vector == centre) return;
  }
}

std::array<float, 2> Best::fraction() const {
  // One step of Lucas & Kanade 1981: the differences are the gradients times the remaining distance. It is rounded to
  // quarters, because finer steps would blur still content by interpolation.

  const Window left_over = search.differences(left, top, vector);
  const Window right = gradient(1);
  const Window down = gradient(search.from.stride);
  const auto moment = [](const Window& a, const Window& b) {
    int products = 0;
    for (std::size_t i = 0; i < window_pixels; ++i) products += a[i] * b[i];
    return static_cast<float>(products) - static_cast<float>(sum(a)) * static_cast<float>(sum(b)) / window_pixels;
  };
  // Gradients from grain count as none.
  const float xx = moment(right, right) + grain_moment;
  const float yy = moment(down, down) + grain_moment;
  const float xy = moment(right, down);
  const float x = moment(right, left_over);
  const float y = moment(down, left_over);
  const float determinant = xx * yy - xy * xy;
  const auto quarters = [](float value) { return std::round(4 * std::clamp(value, -0.5F, 0.5F)) / 4; };
  // Gradients span two pixels.
  return {quarters(2 * (yy * x - xy * y) / determinant), quarters(2 * (xx * y - xy * x) / determinant)};
}

// Of `from` over two pixels, this many samples to either side.
Window Best::gradient(int step) const {
  Window result;
  const std::uint8_t* a = search.from.samples.data() + search.from.index(left + vector.x, top + vector.y);
  for (std::size_t y = 0; y < window_side; ++y) {
    for (std::size_t x = 0; x < window_side; ++x) {
      const std::uint8_t* centre = a + x;
      result[y * window_side + x] = static_cast<std::int16_t>(centre[step] - centre[-step]);
    }
    a += search.from.stride;
  }
  return result;
}

}  // namespace colourize::film
