// One block of a frame, compared with places in the frame before.
//
// Of each, a window of 8 x 8 pixels around the block is compared, by the sum of the absolute differences that are left
// when their mean is taken out. Planes have 8 bits a pixel, for that is four times as fast as floating point.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "film/stabiliser/motion.h"
#include "kernels/plane.h"

namespace colourize::film {

constexpr int window_side = 8;
constexpr int window_pixels = window_side * window_side;
using Window = std::array<std::int16_t, window_pixels>;

// What a vector must gain over the one expected, in levels a window.
constexpr int least_price = 8;
// A vector's price does not grow beyond this distance, in pixels.
constexpr int largest_distance = 3;

// In pixels.
struct Vector {
  int x = 0;
  int y = 0;
  bool operator==(const Vector&) const = default;
};

inline Vector operator+(const Vector& a, const Vector& b) {
  return {a.x + b.x, a.y + b.y};
}

// The steps to the right, the left, down and up added.
int distance(const Vector& a, const Vector& b);

constexpr std::array<Vector, 4> neighbours{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}};

// A plane of luma as value * gain + offset, rounded to 8 bits, with a border in which its edge's pixels go on.
struct Level {
  int width;
  int height;
  int stride;
  std::vector<std::uint8_t> samples;

  explicit Level(const kernels::Plane& plane, float gain = 1, float offset = 0);
  // Of a pixel, which may lie up to 16 pixels outside.
  std::size_t index(int x, int y) const;
};

// Compares windows of two levels of one size; borrows them. A window starts at (left, top) in `to` and a vector further
// in `from`.
struct Search {
  const Level& from;
  const Level& to;

  // Each pixel in `to` less that in `from`.
  Window differences(int left, int top, const Vector& vector) const;
  // The sum of their absolute deviations from their mean.
  int difference(int left, int top, const Vector& vector) const;
  // The same of the windows themselves at one place, the larger one's.
  int texture(int left, int top) const;
  // The nearest vector whose window, and a pixel around it, lies in the bordered plane.
  Vector inside(int left, int top, const Vector& vector) const;
};

// The best vector of one block so far; borrows the search.
struct Best {
  const Search& search;
  int left;
  int top;
  Vector vector;
  int difference;
  int cost;  // the difference and what the vector's penalty was

  Best(const Search& block_search, int window_left, int window_top, const Vector& expected);

  // Takes the candidate if its difference and penalty are less than the cost.
  void consider(const Vector& wanted, int penalty);
  // What a vector that no neighbour shares must gain for each pixel: a part of what this one leaves, for that may be
  // grain.
  int price() const;
  // To nearby vectors that no neighbour shares, step by step.
  void descend();
  // What is left to the best place between the pixels, x and y in quarters of a pixel, at most half a one.
  std::array<float, 2> fraction() const;

 private:
  Window gradient(int step) const;
};

}  // namespace colourize::film
