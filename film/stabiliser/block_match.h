// Compares one block of a frame with places in the frame before.
//
// It compares a window of 8 x 8 pixels around the block. It takes the mean out of the differences, and adds the
// absolute values of the rest. Planes have 8 bits per pixel, because that is four times as fast as floating point.
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

// What a vector must gain over the expected one, in levels per window.
constexpr int least_price = 8;
// A vector's penalty does not grow beyond this distance, in pixels.
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

// Steps to the right, left, down and up, added.
int distance(const Vector& a, const Vector& b);

constexpr std::array<Vector, 4> neighbours{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}};

// A plane of luma as value * gain + offset, rounded to 8 bits. A border around it repeats the edge's pixels.
struct Level {
  int width;
  int height;
  int stride;
  std::vector<std::uint8_t> samples;

  explicit Level(const kernels::Plane& plane, float gain = 1, float offset = 0);
  // The index of a pixel, which may lie up to 16 pixels outside the plane.
  std::size_t index(int x, int y) const;
};

// Compares windows of two levels of one size; borrows both. A window starts at (left, top) in `to`, and at that place
// plus the vector in `from`.
struct Search {
  const Level& from;
  const Level& to;

  // Each pixel in `to` minus its pixel in `from`.
  Window differences(int left, int top, const Vector& vector) const;
  // The sum of the absolute deviations of those differences from their mean.
  int difference(int left, int top, const Vector& vector) const;
  // The same for the windows' own pixels, without a vector; the larger of the two.
  int texture(int left, int top) const;
  // The nearest vector whose window, with a pixel around it, lies inside the bordered plane.
  Vector inside(int left, int top, const Vector& vector) const;
};

// The best vector of one block so far. Borrows the search.
struct Best {
  const Search& search;
  int left;
  int top;
  Vector vector;
  int difference;
  int cost;  // the difference plus the vector's penalty

  Best(const Search& block_search, int window_left, int window_top, const Vector& expected);

  // Takes the candidate where its difference plus penalty is below the cost.
  void consider(const Vector& wanted, int penalty);
  // What a vector that no neighbour shares must gain per pixel: a part of the remaining difference, because that part
  // may be grain.
  int price() const;
  // Moves step by step to better nearby vectors, which no neighbour shares.
  void descend();
  // The rest of the way to the best place between the pixels: x and y in quarters of a pixel, at most half a pixel.
  std::array<float, 2> fraction() const;

 private:
  Window gradient(int step) const;
};

}  // namespace colourize::film
