// A checkpoint read to its last number, for the fuzzers.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "converter/originals.h"
#include "converter/torch_checkpoint.h"
#include "system/error.h"

namespace colourize {

// Opens it, reads every tensor and looks for a generator; an Error is an answer too.
inline void read_checkpoint(std::span<const std::byte> file) {
  try {
    const converter::OpenCheckpoint open = converter::open_torch_checkpoint(file, "fuzz");
    for (const auto& [name, shape] : open.checkpoint.shapes) {
      std::vector<float> values(converter::element_count(shape));
      open.checkpoint.load(name, 0, values);
    }
    converter::fold(converter::recognise(open.checkpoint), open.checkpoint);
  } catch (const Error&) {
    return;
  }
}

}  // namespace colourize
