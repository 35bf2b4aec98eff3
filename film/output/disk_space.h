// Checks that the disk has space for a film, before hours are spent on it and after each segment.
#pragma once

#include <filesystem>

#include "film/output/journal.h"
#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "system/warnings.h"

namespace colourize::film {

class DiskSpace {
 public:
  // For a film of this length and format. It looks at the disk that holds `target`.
  DiskSpace(const std::filesystem::path& target, const Input& input, const Decoder& decoder, const VideoFormat& format,
            const Warn& warn);

  // Checks that the remaining segments and the film, which need space at the same time, will fit. It estimates their
  // size from the codec first, and from the finished segments once there are some. Throws Error where less than half of
  // the needed space is free; warns, once, where less than all of it is.
  void check(const Journal& journal);

 private:
  std::filesystem::path target_;
  Warn warn_;
  double frames_;       // all frames of the film
  double frame_bytes_;  // bytes of a frame, roughly
  double other_bytes_;  // bytes of all other streams, at most
  bool warned_ = false;
};

}  // namespace colourize::film
