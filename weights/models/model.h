// What the program knows of a model before it reads a weight: how to recognise it, how fast it is, and which of its
// checkpoints are published. Each model is a file of this folder and a row of table.h. A row of converter/originals.cpp
// says how its checkpoints are folded; a row of engine/generators/table.cpp says how its network is built.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace colourize::weights {

// How long a generator takes for a picture on a CPU. A film's encoder chooses by it how hard to compress.
enum class Speed : std::uint8_t {
  fast,  // a few hundredths of a second: an encoder with its usual settings would take longer
  slow,  // about a second: the encoder's time hardly matters
};

// A checkpoint as its authors published it. Name, licence and home are those of this one checkpoint; other checkpoints
// of the same model may have others.
struct PublishedFile {
  std::string_view name;  // the short name, also that of the installed file
  std::string_view file;  // what people call it, unique; an address may end in another name
  std::uintmax_t bytes = 0;
  std::string_view sha256;  // lower-case hexadecimal
  // True where the checksum comes from the file's own Git LFS pointer. False where it comes from other programs; then a
  // mismatch proves little.
  bool checksum_is_certain = false;
  std::string_view good_for;
  std::string_view licence;                   // of code and weights, as the home states it
  std::string_view home;                      // the authors' address
  std::span<const std::string_view> mirrors;  // https addresses of the file, best first; at least one
};

// The generator that is built into the program.
struct BuiltIn {
  std::string_view good_for;
  std::string_view licence;
};

struct Model {
  std::string_view name;    // unique; converted files have it as `generator` in their metadata
  std::string_view family;  // whose generator it is: "DeOldify"; empty: this project's own
  // A tensor that converted weights of this model have, and that no other model's have.
  std::string_view mark;
  // The same for its trained checkpoints; empty where there are none to convert.
  std::string_view original_mark;
  Speed speed = Speed::slow;
  int size_multiple = 16;          // the input's side is a multiple of this, in pixels
  int default_render_factor = 35;  // 8 to 64; the input's side is 16 x the render factor
  std::optional<BuiltIn> built_in;
  std::span<const PublishedFile> published;
};

}  // namespace colourize::weights
