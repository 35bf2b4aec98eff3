// Estimates how many frames a film, or a part of it, has.
#pragma once

#include <cstdint>
#include <optional>

#include "film/video/decoder.h"

namespace colourize::film {

// Uses the container's number of frames. Where that is only a guess from the frame rate, it uses the times of the
// frames so far once there are enough. A film that changes its rate, or states a wrong one, has another number than the
// guess.
class ExpectedFrames {
 public:
  explicit ExpectedFrames(const Decoder& decoder);

  // Returns the estimate after `pictures` frames, the last of which ends at `seconds` (Decoder::seconds_at()). It is at
  // least `pictures`; 0 where there were none and nothing is known.
  std::int64_t after(std::int64_t frames, double seconds) const;

 private:
  std::int64_t guess_;
  std::optional<double> seconds_;
};

}  // namespace colourize::film
