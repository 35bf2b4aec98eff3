// From one picture file to another, page by page.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "engine/photo/photo.h"
#include "system/warnings.h"

namespace colourize::photo {

// A page of a file, of which `count` are read; the first one has number 0.
struct Page {
  int number = 0;
  int count = 1;
  std::string name;  // for messages: the file's and, of several pages, the number from 1
};

// What was read: of a file with several pages, the first one's facts.
struct Rewritten {
  int width = 0;
  int height = 0;
  int bits = 0;
  std::optional<Salvage> salvage;
  int pages = 1;
};

// Reads the source, has `change` make another photo of each of its pages, and writes these to the target, which appears
// in one step. Where the target's format has one picture a file, only the first page is read, with a warning. Each page
// keeps metadata and print size of its own. At most one page is in memory, and its result. Throws Error as decode() and
// write() do, and what `change` throws; then the target stays as it was.
Rewritten rewrite(const std::filesystem::path& source, const std::filesystem::path& target,
                  const DecodeOptions& decoding, const EncodeOptions& encoding,
                  const std::function<Photo(Photo, const Page&)>& change, const Warn& warn);

}  // namespace colourize::photo
