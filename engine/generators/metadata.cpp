#include "engine/generators/metadata.h"

#include <charconv>
#include <cmath>

#include "engine/generators/generator.h"
#include "system/error.h"

namespace colourize::generators {

float metadata_number(const weights::Weights& weights, const std::string& key, float otherwise) {
  const auto text = weights.metadata(key);
  if (!text) return otherwise;
  float value = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (problem != std::errc() || end != text->data() + text->size() || !std::isfinite(value)) {
    throw Error(ErrorKind::damaged, weights.source(), "its metadata '" + key + "' is not a number: '" + *text + "'");
  }
  return value;
}

int metadata_render_factor(const weights::Weights& weights, int otherwise) {
  const float factor = metadata_number(weights, "render_factor", static_cast<float>(otherwise));
  const bool sound =
      factor >= smallest_render_factor && factor <= largest_render_factor && factor == std::floor(factor);
  if (!sound)
    throw Error(ErrorKind::damaged, weights.source(),
                "its metadata 'render_factor' is not a whole number from 8 to 64");
  return static_cast<int>(factor);
}

}  // namespace colourize::generators
