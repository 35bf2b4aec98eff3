// Decodes a film's frames, in the order and with the times at which a player shows them.
#pragma once

#include <cstdint>
#include <optional>

#include "film/video/input.h"
#include "film/video/luma_frames.h"
#include "film/video/packet_sums.h"
#include "system/warnings.h"

namespace colourize::film {

// Part of a film, in seconds from its beginning.
struct TimeRange {
  std::optional<double> from;
  std::optional<double> to;  // the part ends before the frames that are shown from this time on
};

// A TimeRange in the container's own times, in microseconds.
struct Moments {
  std::int64_t from = 0;           // the time that becomes 0; the film's beginning without a range
  std::int64_t begin = INT64_MIN;  // first time that is kept
  std::int64_t end = INT64_MAX;    // first time after that which is not kept
};
Moments moments_of(const TimeRange& range, const Input& input);

// What was wrong in the film.
struct DecodingFaults {
  std::int64_t lost = 0;        // packets that gave no frame
  std::int64_t damaged = 0;     // frames that the decoder had to repair
  std::int64_t gaps = 0;        // gaps of half a second or more that no frame's duration covers
  std::int64_t timestamps = 0;  // times that were missing or went back, and that the decoder made up
};

struct TimedFrame {
  Frame picture;              // normalised; see LumaFrames
  std::int64_t index = 0;     // 0, 1, ... within the range
  std::int64_t time = 0;      // in the video stream's time base, from the range's beginning; rises with each frame
  std::int64_t duration = 0;  // in the same time base; at least 1
  PacketSum read = {};        // of what was read until it came
};

class Decoder {
 public:
  // Seeks to the range's beginning and decodes its first frame. The input must outlive the decoder. Throws Error where
  // the range has no frame, or none that can be decoded. `warn` receives the first gap and the warnings of LumaFrames.
  Decoder(Input& input, const TimeRange& range, const Warn& warn);

  // next() throws Error of the kind `conflict` where the film's packets do not give these sums.
  void expect(std::vector<PacketSum> sums) { packets_.expect(std::move(sums)); }

  // Returns none at the end. It skips and counts what is broken in the middle; the frame before then stays until the
  // next frame's time.
  std::optional<TimedFrame> next();

  const DecodingFaults& faults() const { return faults_; }
  // Describes its frames.
  const LumaFrames& format() const { return *format_; }
  // The first frame. Its pixels may be gone after next() was called.
  const AVFrame& first() const { return *first_; }
  // How many frames the container says there are; 0 where it does not say.
  std::int64_t expected_frames() const;
  // How many seconds they take. None where the container counts its frames, because then time adds nothing, and where
  // it states no length.
  std::optional<double> expected_seconds() const;
  // A TimedFrame's time in seconds from the beginning of the range or the film. A container's own times may begin
  // anywhere.
  double seconds_at(std::int64_t time) const;
  // The time in seconds at which the last frame of next() ends.
  double seconds_shown() const;

 private:
  std::optional<Frame> decode();
  std::optional<TimedFrame> timed(Frame frame);
  double length() const;  // length of the range in seconds, as the container states it
  bool is_counted() const;
  void look_for_gap(std::int64_t time);

  Input& input_;
  TimeRange range_;
  Warn warn_;
  Codec codec_;
  Packet packet_;
  PacketSums packets_;
  std::optional<LumaFrames> format_;
  Frame first_;
  std::optional<TimedFrame> pending_;
  DecodingFaults faults_;
  bool draining_ = false;
  double tick_ = 1;               // the stream's time base, in seconds
  double start_ = 0;              // where the container's times begin, in seconds
  std::int64_t shift_ = 0;        // subtracted from the film's own times
  std::int64_t begin_ = 0;        // first time of the range, in the film's own times
  std::int64_t end_ = INT64_MAX;  // first time after the range, in the film's own times
  std::int64_t usual_duration_ = 1;
  std::int64_t next_index_ = 0;
  std::optional<std::int64_t> last_time_;
  std::int64_t last_duration_ = 1;
};

}  // namespace colourize::film
