// Whether a file is the one it claims to be.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace colourize {

// SHA-256 in 64 hexadecimal digits, lower case.
std::string sha256(std::span<const std::byte> bytes);

}  // namespace colourize
