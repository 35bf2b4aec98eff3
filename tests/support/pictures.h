// The pictures that the tests read, and what comes of reading them.
#pragma once

#include <string>

#include "engine/photo/decode.h"
#include "engine/photo/formats/table.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize::tests {

inline const std::string pictures = folder + "golden/pictures/";
// Made by tests/fuzz/make_corpus.py.
inline const std::string corpus = folder + "fuzz/corpus/picture/";

inline const photo::Raster8& raster8(const photo::Photo& photo) {
  return std::get<photo::Raster8>(photo.pixels);
}

// What decoding these bytes ends with: an error's kind and sentence; none: a picture.
inline std::optional<Error> error_of(const std::string& content, const std::string& name = "photo.jpg",
                                     const photo::DecodeOptions& options = {}) {
  try {
    photo::decode(bytes_of(content), name, options, ignore_warnings);
  } catch (const Error& error) {
    return error;
  }
  return {};
}
inline std::string refusal(const std::string& content, const std::string& name = "photo.jpg",
                           const photo::DecodeOptions& options = {}) {
  const auto error = error_of(content, name, options);
  return error ? error->what() : "no error";
}

inline photo::Photo salvaged(const std::string& content, const std::string& name) {
  return photo::decode(bytes_of(content), name, {.salvage = true}, ignore_warnings);
}

}  // namespace colourize::tests
