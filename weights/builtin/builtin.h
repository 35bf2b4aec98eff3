// The built-in generator: the bytes of lite.safetensors, which builtin.S puts into the program.
#pragma once

#include <cstddef>
#include <span>

namespace colourize::weights {

std::span<const std::byte> builtin_lite();

}  // namespace colourize::weights
