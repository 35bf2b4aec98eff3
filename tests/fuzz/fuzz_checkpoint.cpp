// Any bytes are a checkpoint whose every number can be read, or an Error with a sentence: both containers, the pickle
// machine.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "converter/recognition.h"
#include "converter/torch_checkpoint.h"
#include "system/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace colourize::converter;  // NOLINT(google-build-using-namespace)
  try {
    const OpenCheckpoint open = open_torch_checkpoint(std::as_bytes(std::span(data, size)), "fuzz");
    for (const auto& [name, shape] : open.checkpoint.shapes) {
      std::vector<float> values(element_count(shape));
      open.checkpoint.load(name, 0, values);
    }
    recognise_generator(open.checkpoint);
  } catch (const colourize::Error&) {
    return 0;
  }
  return 0;
}
