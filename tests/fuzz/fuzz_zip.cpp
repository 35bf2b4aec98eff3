// Any bytes are a checkpoint whose every number can be read, or an Error with a sentence. The corpus has zip archives;
// fuzz_pickle looks at what both containers have in common.
#include <cstddef>
#include <cstdint>
#include <span>

#include "tests/fuzz/read_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  colourize::read_checkpoint(std::as_bytes(std::span(data, size)));
  return 0;
}
