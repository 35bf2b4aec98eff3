#include "film/verify.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "film/video/planes.h"
#include "system/error.h"

namespace colourize::film {
namespace {

constexpr auto again = "remove it and colour it again";

// `column`: where the source's frame begins in the target's.
bool has_luma_of(const AVFrame& source, const AVFrame& target, std::ptrdiff_t column, std::ptrdiff_t sample_bytes) {
  for (std::ptrdiff_t y = 0; y < source.height; ++y) {
    const std::uint8_t* expected = source.data[0] + y * source.linesize[0];
    const std::uint8_t* actual = target.data[0] + y * target.linesize[0] + column * sample_bytes;
    if (std::memcmp(expected, actual, static_cast<std::size_t>(source.width * sample_bytes)) != 0) return false;
  }
  return true;
}

}  // namespace

LumaCheck verify_film(const std::filesystem::path& source, const std::filesystem::path& target,
                      const VideoFormat& format, const TimeRange& range,
                      const std::function<bool(std::int64_t frames)>& may_continue, const Warn& warn) {
  Input source_input(source, warn);
  Input target_input(target, warn);
  Decoder expected(source_input, range, warn);
  Decoder actual(target_input, {}, warn);
  const bool compares_luma = is_lossless(format.options) && expected.format().bits() == actual.format().bits();
  const std::ptrdiff_t sample_bytes = expected.format().bits() > 8 ? 2 : 1;
  const double source_tick = av_q2d(source_input.video().time_base);
  const double target_tick = av_q2d(target_input.video().time_base);
  for (std::int64_t index = 0;; ++index) {
    if (may_continue && !may_continue(index)) return LumaCheck::stopped;
    const std::optional<TimedFrame> before = expected.next();
    const std::optional<TimedFrame> after = actual.next();
    if (!before && !after) break;
    if (!before || !after) {
      throw Error(ErrorKind::damaged, target.string(),
                  fmt::format("has {} frames than the source: the {} ends after {} frames", before ? "fewer" : "more",
                              before ? "target" : "source", index),
                  again);
    }
    const double difference =
        static_cast<double>(after->time) * target_tick - static_cast<double>(before->time) * source_tick;
    if (std::abs(difference) > 0.51 * std::max(source_tick, target_tick)) {
      throw Error(ErrorKind::damaged, target.string(),
                  fmt::format("shows frame {} {:.4f} s off the source's time", index, difference),
                  "choose the extension .mkv for the output");
    }
    if (!compares_luma) continue;
    if (after->picture->width != format.frames.width || after->picture->height != format.frames.height ||
        before->picture->height != format.frames.height || format.frames.width % before->picture->width != 0) {
      throw Error(ErrorKind::damaged, target.string(), fmt::format("has the wrong size in frame {}", index), again);
    }
    for (std::ptrdiff_t column = 0; column < format.frames.width; column += before->picture->width) {
      if (!has_luma_of(*before->picture, *after->picture, column, sample_bytes)) {
        throw Error(ErrorKind::damaged, target.string(), fmt::format("differs in the luma of frame {}", index), again);
      }
    }
  }
  return compares_luma ? LumaCheck::same : LumaCheck::impossible;
}

}  // namespace colourize::film
