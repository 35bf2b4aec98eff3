// How many pictures a film, or a part of one, will have been found to have.
#pragma once

#include <cstdint>
#include <optional>

#include "film/video/decoder.h"

namespace colourize::film {

// What the container says; where that is a guess by the rate, what the times of those seen say once there are some. A
// film that changes its rate, or tells a wrong one, has another number than the guess.
class ExpectedPictures {
 public:
  explicit ExpectedPictures(const Decoder& decoder);

  // When so many pictures have been seen, the last of which ends at so many seconds (Decoder::seconds_at()). At least
  // as many; 0 where none were seen and nothing is known.
  std::int64_t after(std::int64_t pictures, double seconds) const;

 private:
  std::int64_t guess_;
  std::optional<double> seconds_;
};

}  // namespace colourize::film
