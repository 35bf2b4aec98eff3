// Structures that callers fill in. Their header may be older or newer than the library's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "library/failure.h"

namespace colourize::library {

// Returns the caller's options, or the defaults where `given` is null. A member that an older header lacks keeps its
// default. What a newer header has at its end must be zero, because this library would ignore it; otherwise throws
// Error.
template <class Options>
Options options_from(const Options* given, const Options& defaults, const char* argument) {
  Options options = defaults;
  if (given == nullptr) return options;
  if (given->size < sizeof(std::size_t)) refuse(argument, "has no size", "fill it in with its init function first");
  if (given->size > sizeof(Options)) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(given);
    if (std::any_of(bytes + sizeof(Options), bytes + given->size, [](unsigned char byte) { return byte != 0; })) {
      refuse(argument, "has members that this version does not know", "install a newer library");
    }
  }
  std::memcpy(&options, given, std::min(given->size, sizeof(Options)));
  options.size = sizeof(Options);
  return options;
}

// Writes the defaults, as far as the caller's structure has them, and the structure's size.
template <class Options>
void init_options(Options* options, std::size_t size, const Options& defaults) {
  if (options == nullptr || size < sizeof(std::size_t)) return;
  std::memset(options, 0, size);
  std::memcpy(options, &defaults, std::min(size, sizeof(Options)));
  options->size = size;
}

}  // namespace colourize::library
