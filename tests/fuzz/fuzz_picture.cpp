// Any bytes are a picture, or an Error with a sentence; nothing else may happen.
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/photo/decode.h"
#include "system/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    // Ending in .tga, so that bytes without a mark of a format are not turned away at the door.
    const auto photo = colourize::photo::decode(std::as_bytes(std::span(data, size)), "fuzz.tga", {.megapixels = 1});
    if (photo.width() < 1 || photo.height() < 1) __builtin_trap();
  } catch (const colourize::Error&) {
    return 0;
  }
  return 0;
}
