// Numbers that a weights file may say of its generator.
#pragma once

#include <string>

#include "weights/weights.h"

namespace colourize::generators {

// The metadata's number under `key`, or `otherwise` when the metadata has no such key. Throws Error of the kind
// `damaged` when what stands there is no finite number.
float metadata_number(const weights::Weights& weights, const std::string& key, float otherwise);

// The same for `render_factor`; a whole number from 8 to 64, or an Error.
int metadata_render_factor(const weights::Weights& weights, int otherwise);

}  // namespace colourize::generators
