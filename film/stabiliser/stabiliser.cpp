#include "film/stabiliser/stabiliser.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "film/stabiliser/cuts.h"
#include "film/stabiliser/interpolation.h"
#include "film/stabiliser/luma_match.h"
#include "film/stabiliser/motion.h"
#include "system/error.h"

namespace colourize::film {
namespace {

using kernels::Chroma;
using kernels::Plane;

constexpr double longest_memory = 32;  // frames

bool same_size(const Plane& a, const Plane& b) {
  return a.width == b.width && a.height == b.height;
}

// Moves the state to where the next frame shows it. Its luma is as large as its other planes.
StabiliserState carried(const StabiliserState& state, const Motion& motion) {
  const Plane luma = halved(state.luma);
  const Plane empty(luma.width, luma.height);
  StabiliserState result{empty, empty, empty, empty};
  std::size_t pixel = 0;
  for (int y = 0; y < luma.height; ++y) {
    for (int x = 0; x < luma.width; ++x, ++pixel) {
      // Motion is in pixels of state.luma.
      const std::size_t block = motion.block(2 * x, 2 * y);
      const Place place(luma, static_cast<float>(x) + motion.dx[block] / 2,
                        static_cast<float>(y) + motion.dy[block] / 2);
      result.luma.values[pixel] = place.of(luma);
      result.blue.values[pixel] = place.of(state.blue);
      result.red.values[pixel] = place.of(state.red);
      result.weight.values[pixel] = motion.uncovered[block] != 0 ? 0 : place.of(state.weight);
    }
  }
  return result;
}

// Adds the change of a quarter-size plane to the plane.
void add_change(Plane& plane, const Plane& before, const Plane& after) {
  Plane change(before.width, before.height);
  std::ranges::transform(after.values, before.values, change.values.begin(), std::minus<>());
  for (int y = 0; y < plane.height; ++y) {
    const std::span<float> row = plane.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      const Place place(change, (static_cast<float>(x) + 0.5F) / 4 - 0.5F, (static_cast<float>(y) + 0.5F) / 4 - 0.5F);
      row[x] += place.of(change);
    }
  }
}

}  // namespace

ChromaStabiliser::ChromaStabiliser(double strength) : largest_weight_(static_cast<float>(strength * longest_memory)) {}

Chroma ChromaStabiliser::next(const Plane& luma, Chroma chroma) {
  if (largest_weight_ == 0) return chroma;
  Plane half = halved(luma);
  const Plane quarter = halved(half);
  const bool whole = same_size(chroma.blue, luma);
  if (!same_size(chroma.blue, chroma.red) || !(whole || same_size(chroma.blue, quarter))) {
    throw Error(ErrorKind::invalid, "chroma", "has neither the size of its luma nor a quarter of it");
  }
  Chroma seen = whole ? Chroma{halved(halved(chroma.blue)), halved(halved(chroma.red))} : chroma;

  std::optional<Motion> motion;
  if (same_size(state_.luma, half)) motion = estimate_motion(state_.luma, half);
  began_scene_ = !motion || is_cut(*motion);
  StabiliserState average;
  if (began_scene_) {
    average = {{}, seen.blue, seen.red, Plane(quarter.width, quarter.height)};
    std::ranges::fill(average.weight.values, std::min(1.0F, largest_weight_));
  } else {
    average = carried(state_, *motion);
    const Plane vouched = frames_vouched_for(std::move(average.luma), quarter);
    for (std::size_t i = 0; i < vouched.values.size(); ++i) {
      const float weight = std::min(average.weight.values[i], vouched.values[i]);
      const float share = 1 / (weight + 1);
      average.blue.values[i] += share * (seen.blue.values[i] - average.blue.values[i]);
      average.red.values[i] += share * (seen.red.values[i] - average.red.values[i]);
      average.weight.values[i] = std::min(weight + 1, largest_weight_);
    }
  }
  average.luma = std::move(half);
  state_ = std::move(average);

  if (!whole) return {state_.blue, state_.red};
  add_change(chroma.blue, seen.blue, state_.blue);
  add_change(chroma.red, seen.red, state_.red);
  return chroma;
}

void ChromaStabiliser::restore(StabiliserState state) {
  const int width = (state.luma.width + 1) / 2;
  const int height = (state.luma.height + 1) / 2;
  for (const Plane* plane : {&state.blue, &state.red, &state.weight}) {
    if (plane->width != width || plane->height != height) {
      throw Error(ErrorKind::damaged, "chroma stabiliser", "its saved planes do not belong to one frame");
    }
  }
  state_ = std::move(state);
}

}  // namespace colourize::film
