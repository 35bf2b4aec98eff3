// The generators that a person can name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "weights/weights.h"

namespace colourize::weights {

constexpr std::string_view builtin_name = "lite";

// "lite": the built-in generator; anything else: the path of a .safetensors file. Throws Error when there is neither.
std::shared_ptr<const Weights> open_model(const std::string& name_or_path);

}  // namespace colourize::weights
