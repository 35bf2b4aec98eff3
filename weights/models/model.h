// What the program knows of a model before a weight is read: how to tell it from the others, how fast it is, and which
// of its checkpoints are published. Each model is a file of this folder and a row of table.h. How its checkpoints are
// folded is a row of converter/originals.cpp, how its network is built one of engine/generators/table.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace colourize::weights {

// How long a generator takes for a picture on a CPU, by which a film's encoder chooses how hard to compress.
enum class Speed : std::uint8_t {
  fast,  // a few hundredths of a second: an encoder at its usual settings would take longer
  slow,  // a second or so: the encoder's time does not count
};

// A checkpoint as its authors published it. A name, a licence and a home are those of one checkpoint: another of the
// same model may have others.
struct PublishedFile {
  std::string_view name;  // the short name, and that of the installed file
  std::string_view file;
  std::uintmax_t bytes = 0;
  std::string_view sha256;  // lower-case hexadecimal
  // Whether the checksum comes from the file's own Git LFS pointer. Otherwise other programs quote it, and a mismatch
  // proves little.
  bool checksum_is_certain = false;
  std::string_view good_for;
  std::string_view licence;                   // of code and weights, as the home says
  std::string_view home;                      // the authors' address
  std::span<const std::string_view> mirrors;  // https addresses of the file, the best first; at least one
};

// What comes with the program.
struct BuiltIn {
  std::string_view good_for;
  std::string_view licence;
};

struct Model {
  std::string_view name;    // unique; what converted files say in their metadata's `generator`
  std::string_view family;  // whose generator it is: "DeOldify"; empty: this project's own
  // A tensor that converted weights of this model have, and those of no other.
  std::string_view mark;
  // The same of its checkpoints as they were trained; empty: there are none to convert.
  std::string_view original_mark;
  Speed speed = Speed::slow;
  int size_multiple = 16;          // of the input's side, in pixels
  int default_render_factor = 35;  // 8 to 64; the input's side is 16 x the render factor
  std::optional<BuiltIn> built_in;
  std::span<const PublishedFile> published;
};

}  // namespace colourize::weights
