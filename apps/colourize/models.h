// `colourize models`, and what --model may name.
#pragma once

#include <memory>

#include "apps/colourize/arguments.h"
#include "weights/weights.h"

namespace colourize::apps {

// The weights that --model names: built in, installed, a .safetensors file, or a checkpoint of torch.save's, which is
// converted once and kept beside the installed ones. Throws Error when there is no such thing.
std::shared_ptr<const weights::Weights> open_model(const CommonArguments& arguments);

// Lists what is built in, installed and published. Returns the program's exit code.
int list_models(const ModelsArguments& arguments);

}  // namespace colourize::apps
