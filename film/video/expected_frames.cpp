#include "film/video/expected_frames.h"

#include <algorithm>
#include <cmath>

namespace colourize::film {

ExpectedFrames::ExpectedFrames(const Decoder& decoder)
    : guess_(decoder.expected_frames()), seconds_(decoder.expected_seconds()) {}

std::int64_t ExpectedFrames::after(std::int64_t frames, double seconds) const {
  constexpr double enough = 10;  // seconds of film
  const bool seen = seconds_ && seconds >= enough;
  const double by_times = seen ? *seconds_ * static_cast<double>(frames) / seconds : 0;
  return std::max(seen ? std::int64_t{std::llround(by_times)} : guess_, frames);
}

}  // namespace colourize::film
