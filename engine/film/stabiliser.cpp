#include "engine/film/stabiliser.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "engine/film/cuts.h"
#include "engine/film/motion.h"
#include "system/error.h"

namespace colourize::film {
namespace {

using photo::Chroma;
using photo::Plane;

// Frames that stand behind a colour at most, at full strength.
constexpr double longest_memory = 32;
// Levels by which luma may differ until a colour counts for 1/e.
constexpr float tolerance = 6;

// Between four pixels, the edge's going on outside.
struct Place {
  std::size_t upper_left;
  std::size_t right;  // to be added
  std::size_t below;
  float x;
  float y;

  Place(const Plane& plane, float at_x, float at_y) {
    at_x = std::clamp(at_x, 0.0F, static_cast<float>(plane.width - 1));
    at_y = std::clamp(at_y, 0.0F, static_cast<float>(plane.height - 1));
    const auto left = static_cast<int>(at_x);
    const auto top = static_cast<int>(at_y);
    x = at_x - static_cast<float>(left);
    y = at_y - static_cast<float>(top);
    upper_left = static_cast<std::size_t>(top) * static_cast<std::size_t>(plane.width) + static_cast<std::size_t>(left);
    right = left + 1 < plane.width ? 1 : 0;
    below = top + 1 < plane.height ? static_cast<std::size_t>(plane.width) : 0;
  }

  float of(const Plane& plane) const {
    const float* pixel = plane.values.data() + upper_left;
    const float upper = pixel[0] + x * (pixel[right] - pixel[0]);
    const float lower = pixel[below] + x * (pixel[below + right] - pixel[below]);
    return upper + y * (lower - upper);
  }
};

// State carried along the motion to the next frame; luma at a quarter of the side, as the others.
StabiliserState carried(const StabiliserState& state, const Motion& motion) {
  const Plane luma = halved(state.luma);
  StabiliserState result{Plane(luma.width, luma.height), Plane(luma.width, luma.height), Plane(luma.width, luma.height),
                         Plane(luma.width, luma.height)};
  std::size_t pixel = 0;
  for (int y = 0; y < luma.height; ++y) {
    for (int x = 0; x < luma.width; ++x, ++pixel) {
      // Motion is in pixels of half the side.
      const std::size_t block = motion.block(2 * x, 2 * y);
      const Place place(luma, static_cast<float>(x) + motion.dx[block] / 2,
                        static_cast<float>(y) + motion.dy[block] / 2);
      result.luma.values[pixel] = place.of(luma);
      result.blue.values[pixel] = place.of(state.blue);
      result.red.values[pixel] = place.of(state.red);
      result.weight.values[pixel] = place.of(state.weight);
    }
  }
  return result;
}

// Adds what the steadied chroma differs by, at a quarter of the size, to the whole.
void correct(Plane& plane, const Plane& before, const Plane& after) {
  Plane difference(before.width, before.height);
  for (std::size_t i = 0; i < difference.values.size(); ++i) {
    difference.values[i] = after.values[i] - before.values[i];
  }
  for (int y = 0; y < plane.height; ++y) {
    const std::span<float> row = plane.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      const Place place(difference, (static_cast<float>(x) + 0.5F) / 4 - 0.5F,
                        (static_cast<float>(y) + 0.5F) / 4 - 0.5F);
      row[x] += place.of(difference);
    }
  }
}

bool same_size(const Plane& a, const Plane& b) {
  return a.width == b.width && a.height == b.height;
}

}  // namespace

ChromaStabiliser::ChromaStabiliser(double strength) : largest_weight_(static_cast<float>(strength * longest_memory)) {}

Chroma ChromaStabiliser::next(const Plane& luma, Chroma chroma) {
  if (largest_weight_ == 0) return chroma;
  Plane half = halved(luma);
  const Plane quarter = halved(half);
  const bool whole = same_size(chroma.blue, luma);
  if (!same_size(chroma.blue, chroma.red) || !(whole || same_size(chroma.blue, quarter))) {
    throw Error("chroma stabiliser", "luma and chroma do not fit together", "this is a fault of the program");
  }
  Chroma added = whole ? Chroma{halved(halved(chroma.blue)), halved(halved(chroma.red))} : chroma;

  const bool known = same_size(state_.luma, half);
  Motion motion;
  if (known) motion = estimate_motion(state_.luma, half);
  began_scene_ = !known || is_cut(motion);
  if (began_scene_) {
    Plane weight(quarter.width, quarter.height);
    std::ranges::fill(weight.values, 1.0F);
    state_ = {std::move(half), std::move(added.blue), std::move(added.red), std::move(weight)};
    return chroma;
  }

  StabiliserState before = carried(state_, motion);
  for (std::size_t i = 0; i < quarter.values.size(); ++i) {
    const float difference = (quarter.values[i] - before.luma.values[i]) / tolerance;
    const float weight = before.weight.values[i] * std::exp(-difference * difference);
    const float share = 1 / (weight + 1);
    before.blue.values[i] += share * (added.blue.values[i] - before.blue.values[i]);
    before.red.values[i] += share * (added.red.values[i] - before.red.values[i]);
    before.weight.values[i] = std::min(weight + 1, largest_weight_);
  }
  state_ = {std::move(half), std::move(before.blue), std::move(before.red), std::move(before.weight)};
  if (!whole) return {state_.blue, state_.red};
  correct(chroma.blue, added.blue, state_.blue);
  correct(chroma.red, added.red, state_.red);
  return chroma;
}

}  // namespace colourize::film
