// All models, and how to find the model of a file.
#pragma once

#include <span>
#include <string>

#include "weights/models/model.h"
#include "weights/weights.h"

// One row for each model: the name of its `const Model`, which the model's own file defines.
#define COLOURIZE_MODELS(row) row(lite) row(wide) row(deep) row(ddcolor)

namespace colourize::weights {

namespace models {
#define COLOURIZE_DECLARE(name) extern const Model name;
COLOURIZE_MODELS(COLOURIZE_DECLARE)
#undef COLOURIZE_DECLARE
}  // namespace models

// All models, in the rows' order.
std::span<const Model* const> all_models();

// The model that is built into the program.
const Model& builtin_model();

// Find a model by its mark: recognise() by its converted weights, recognise_original() by its trained checkpoint. Both
// return nullptr where no known model has the mark.
const Model* recognise(const Weights& weights);
const Model* recognise_original(const Weights& weights);

// The model with its family, for messages: "DeOldify's wide"; the family alone where the model is called like it.
std::string full_name(const Model& model);

}  // namespace colourize::weights
