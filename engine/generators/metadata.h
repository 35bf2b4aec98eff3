// Numbers about a generator in the metadata of its weights file.
#pragma once

#include <string>

#include "weights/weights.h"

namespace colourize::generators {

// The metadata's number under `key`; `otherwise` where the metadata does not have the key. Throws Error of the kind
// `damaged` where the value is not a finite number.
float metadata_number(const weights::Weights& weights, const std::string& key, float otherwise);

// The same for `render_factor`. Throws Error where it is not a whole number from 8 to 64.
int metadata_render_factor(const weights::Weights& weights, int otherwise);

}  // namespace colourize::generators
