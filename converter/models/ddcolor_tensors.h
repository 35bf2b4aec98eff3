// The names of the parts of a DDColor checkpoint, and which tensors it has.
#pragma once

#include <string>

#include "converter/shape_check.h"

namespace colourize::converter::ddcolor {

constexpr int stages = 4;
constexpr int up_blocks = 3;

// The names of the checkpoint's parts, with what follows.
inline std::string encoder(const std::string& name) {
  return "encoder.arch." + name;
}
inline std::string colour_decoder(const std::string& name) {
  return "decoder.color_decoder." + name;
}

inline std::string stage_block(int stage, int block) {
  return encoder("stages." + std::to_string(stage) + "." + std::to_string(block));
}
inline std::string up_block(int i) {
  return "decoder.layers." + std::to_string(i);
}
inline std::string transformer_layer(const char* kind, int i) {
  return colour_decoder("transformer_") + kind + "_layers." + std::to_string(i);
}

// States which tensors a checkpoint has. Depths and widths are followed from those that are there.
void expect_tensors(ShapeCheck& check);

}  // namespace colourize::converter::ddcolor
