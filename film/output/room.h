// Whether the disk has room for a film: before hours are spent on it, and on the way.
#pragma once

#include <filesystem>

#include "film/output/journal.h"
#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "system/warnings.h"

namespace colourize::film {

class Room {
 public:
  // For a film of this length and format, `target` on the disk that is looked at.
  Room(const std::filesystem::path& target, const Input& input, const Decoder& decoder, const VideoFormat& format,
       const Warn& warn);

  // Whether segments and film, which lie there at once, will find room: by the codec at first, by the segments once
  // there are some. Throws Error where less than half of what is still needed is free; warns, once, where it is less
  // than all.
  void check(const Journal& journal);

 private:
  std::filesystem::path target_;
  Warn warn_;
  double pictures_;       // in all
  double picture_bytes_;  // of one, roughly
  double other_bytes_;    // of all other streams, at most
  bool warned_ = false;
};

}  // namespace colourize::film
