// Any bytes are weights, or an Error with a sentence; and weights are a generator, or an Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/generators/generator.h"
#include "system/error.h"
#include "weights/weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto weights = colourize::weights::Weights::from_bytes(std::as_bytes(std::span(data, size)), "fuzz");
    colourize::build_generator(weights);
  } catch (const colourize::Error&) {
    return 0;
  }
  return 0;
}
