// `colourize models`, and the names that --model accepts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/colourize/arguments.h"
#include "weights/recipes.h"
#include "weights/weights.h"

namespace colourize::apps {

// Opens the weights that --model names: built in, installed, a .safetensors file, or a checkpoint of torch.save. It
// converts a checkpoint once and keeps the result beside the installed ones. Throws Error when none of these exists.
std::shared_ptr<const weights::Weights> open_model(const CommonArguments& arguments);

// The same where --model may also name an ensemble; see weights::named_models().
std::vector<weights::OpenedModel> open_models(const CommonArguments& arguments);

// "colourize 0.1.0", as converted weights and results state it.
std::string program_name();

// Lists what is built in, installed and published. Returns the program's exit code.
int list_models(const ModelsArguments& arguments);

}  // namespace colourize::apps
