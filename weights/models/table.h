// All models, and which one a file holds.
#pragma once

#include <span>
#include <string>

#include "weights/models/model.h"
#include "weights/weights.h"

// A row for each model: the name of its `const Model`, which the model's own file defines.
#define COLOURIZE_MODELS(row) row(lite) row(wide) row(deep)

namespace colourize::weights {

namespace models {
#define COLOURIZE_DECLARE(name) extern const Model name;
COLOURIZE_MODELS(COLOURIZE_DECLARE)
#undef COLOURIZE_DECLARE
}  // namespace models

// In the rows' order.
std::span<const Model* const> all_models();

// The one that comes with the program.
const Model& builtin_model();

// By the marks: the model whose converted weights these are, and the one whose checkpoint, as it was trained, these
// are. nullptr when they are no known model's.
const Model* recognise(const Weights& weights);
const Model* recognise_original(const Weights& weights);

// The model with its family, for messages: "DeOldify's wide".
std::string full_name(const Model& model);

}  // namespace colourize::weights
