// The generator that is part of the program: the bytes of lite.safetensors, put into the binary by builtin.S.
#pragma once

#include <cstddef>
#include <span>

namespace colourize::weights {

std::span<const std::byte> builtin_lite();

}  // namespace colourize::weights
