// The pictures of a film, in the order and at the times at which they are shown.
#pragma once

#include <cstdint>
#include <optional>

#include "film/video/input.h"
#include "film/video/luma_frames.h"
#include "system/warnings.h"

namespace colourize::film {

// Part of a film, in seconds from its beginning.
struct TimeRange {
  std::optional<double> from;
  std::optional<double> to;  // what is shown from then on is left out
};

// The same in a container's own times, in microseconds.
struct Moments {
  std::int64_t from = 0;           // what becomes 0, from the film's beginning
  std::int64_t begin = INT64_MIN;  // of what is kept
  std::int64_t end = INT64_MAX;    // the first that is not
};
Moments moments_of(const TimeRange& range, const Input& input);

// What was wrong on the way.
struct DecodingFaults {
  std::int64_t lost = 0;        // packets that gave no picture
  std::int64_t damaged = 0;     // pictures that the decoder had to mend
  std::int64_t gaps = 0;        // of half a second or more, that no picture's duration covers
  std::int64_t timestamps = 0;  // times that were missing or went back, and were made up
};

struct TimedFrame {
  Frame picture;              // normalised; see LumaFrames
  std::int64_t index = 0;     // 0, 1, ... within the range
  std::int64_t time = 0;      // in the video stream's time base, from the range's beginning; above the one before
  std::int64_t duration = 0;  // the same; at least 1
};

class Decoder {
 public:
  // Goes to the range's beginning and decodes its first picture. The input must outlive the decoder. Throws Error where
  // the range has no picture, or none can be decoded. `warn` hears of the first gap, and what LumaFrames warns of.
  Decoder(Input& input, const TimeRange& range, const Warn& warn);

  // Nothing at the end. What is broken in the middle is passed over and counted: the picture before it then stays until
  // the next one's time.
  std::optional<TimedFrame> next();

  const DecodingFaults& faults() const { return faults_; }
  // Of its pictures.
  const LumaFrames& format() const { return *format_; }
  // The first picture; its pixels may be gone once next() has been called.
  const AVFrame& first() const { return *first_; }
  // How many pictures there will be, as far as the container says: 0 where it does not.
  std::int64_t expected_frames() const;
  // How many seconds they will take. None where the container counts its pictures, so that time tells nothing more, or
  // says no length.
  std::optional<double> expected_seconds() const;
  // A TimedFrame's time in seconds from the range's beginning, or the film's: containers may begin to count anywhere.
  double seconds_at(std::int64_t time) const;
  // The end of the last picture that next() gave, the same.
  double seconds_shown() const;

 private:
  std::optional<Frame> decode();
  std::optional<TimedFrame> timed(Frame picture);
  double length() const;  // of the range, in seconds, as the container has it
  bool is_counted() const;
  void look_for_gap(std::int64_t time);

  Input& input_;
  TimeRange range_;
  Warn warn_;
  Codec codec_;
  Packet packet_;
  std::optional<LumaFrames> format_;
  Frame first_;
  std::optional<TimedFrame> pending_;
  DecodingFaults faults_;
  bool draining_ = false;
  double tick_ = 1;               // the stream's time base, in seconds
  double start_ = 0;              // of the container's times, in seconds
  std::int64_t shift_ = 0;        // what is subtracted from the film's own times
  std::int64_t begin_ = 0;        // in the film's own times
  std::int64_t end_ = INT64_MAX;  // the same
  std::int64_t usual_duration_ = 1;
  std::int64_t next_index_ = 0;
  std::optional<std::int64_t> last_time_;
  std::int64_t last_duration_ = 1;
};

}  // namespace colourize::film
