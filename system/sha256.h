// SHA-256, to check that a file is the one it claims to be.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace colourize {

// Returns SHA-256 as 64 hexadecimal digits in lower case.
std::string sha256(std::span<const std::byte> bytes);

}  // namespace colourize
