#include "film/video/decoder.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "system/error.h"

namespace colourize::film {
namespace {

// A file may contain any number. Beyond these limits, in the stream's time base, sums of times would overflow.
constexpr std::int64_t latest_time = std::int64_t{1} << 61U;
constexpr std::int64_t longest_duration = std::int64_t{1} << 40U;

// How a decoder repairs a damaged frame depends on the timing of its threads. So there is one thread where that is fast
// enough, and a fixed number from high definition on.
int decoder_threads(const AVCodecParameters& parameters) {
  constexpr std::int64_t standard_definition = std::int64_t{1024} * 576;
  return static_cast<std::int64_t>(parameters.width) * parameters.height <= standard_definition ? 1 : 4;
}

Codec open_decoder(const Input& input) {
  const AVCodecParameters& parameters = *input.video().codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  const std::string what = std::string("its video (") + avcodec_get_name(parameters.codec_id) + ") cannot be decoded";
  if (codec == nullptr) throw Error(ErrorKind::unsupported, input.name(), what);
  Codec context(avcodec_alloc_context3(codec));
  if (context == nullptr) throw std::bad_alloc();
  checked(avcodec_parameters_to_context(context.get(), &parameters), input.name(), what);
  context->pkt_timebase = input.video().time_base;
  context->thread_count = decoder_threads(parameters);
  // A repaired frame is better than none.
  context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  checked(avcodec_open2(context.get(), codec, nullptr), input.name(), what);
  return context;
}

// In other containers (AVI, MPEG's streams) libav seeks by decoding times or by guesses. Frames after such a place are
// missing, or have other times than in a film that is read from the beginning.
bool finds_times_of_showing(const AVInputFormat& format) {
  return (format.flags & AVFMT_SEEK_TO_PTS) != 0 || std::string_view(format.name).starts_with("matroska");
}

std::int64_t usual_duration(Input& input) {
  AVStream& stream = input.video();
  const AVRational rate = av_guess_frame_rate(&input.container(), &stream, nullptr);
  if (rate.num <= 0 || rate.den <= 0) return 1;
  return std::max<std::int64_t>(av_rescale_q(1, av_inv_q(rate), stream.time_base), 1);
}

Error has_changed(const std::string& name) {
  return {ErrorKind::conflict, name, "has changed since colouring it began: what is done is of another version of it",
          "discard the unfinished film"};
}

}  // namespace

Moments moments_of(const TimeRange& range, const Input& input) {
  const auto microseconds_of = [](double seconds) { return std::llround(seconds * AV_TIME_BASE); };
  Moments moments;
  if (range.from) {
    moments.from = microseconds_of(*range.from);
    moments.begin = input.start() + moments.from;
  }
  if (range.to) moments.end = input.start() + microseconds_of(*range.to);
  return moments;
}

Decoder::Decoder(Input& input, const TimeRange& range, const Warn& warn)
    : input_(input),
      range_(range),
      warn_(warn),
      codec_(open_decoder(input)),
      packet_(new_packet()),
      usual_duration_(usual_duration(input)) {
  const AVStream& video = input.video();
  for (unsigned i = 0; i < input.container().nb_streams; ++i) {
    AVStream& stream = *input.container().streams[i];
    if (&stream != &video) stream.discard = AVDISCARD_ALL;
  }
  tick_ = av_q2d(video.time_base);
  start_ = static_cast<double>(input.start()) / AV_TIME_BASE;
  const Moments moments = moments_of(range, input);
  const auto in_time_base = [&](std::int64_t moment) { return av_rescale_q(moment, microseconds, video.time_base); };
  begin_ = range.from ? in_time_base(moments.begin) : INT64_MIN;
  if (range.to) end_ = in_time_base(moments.end);
  if (range.from) {
    shift_ = in_time_base(moments.from);
    // Seeks to a frame that can be decoded by itself. Where the container cannot seek there, the film is read from the
    // beginning, which takes longer and gives the same.
    if (finds_times_of_showing(*input.container().iformat)) {
      av_seek_frame(&input.container(), video.index, begin_, AVSEEK_FLAG_BACKWARD);
    }
  }
  std::optional<Frame> first = decode();
  if (!first) throw Error(ErrorKind::damaged, input.name(), "has no frame that can be decoded");
  format_.emplace(**first, input.name(), warn_);
  while (first && !pending_ && !(last_time_ && *last_time_ >= end_)) {
    pending_ = timed(*std::exchange(first, std::nullopt));
    if (!pending_) first = decode();
  }
  if (!pending_) {
    throw Error(ErrorKind::invalid, input.name(), "has no frame in that part", "choose other times");
  }
  first_ = share(*pending_->picture);
}

std::optional<TimedFrame> Decoder::next() {
  if (pending_) return std::exchange(pending_, std::nullopt);
  while (std::optional<Frame> frame = decode()) {
    if (std::optional<TimedFrame> result = timed(*std::move(frame))) return result;
    if (*last_time_ >= end_) break;
  }
  return {};
}

std::int64_t Decoder::expected_frames() const {
  const AVStream& video = input_.video();
  const AVRational rate = video.avg_frame_rate.num > 0
                              ? video.avg_frame_rate
                              : av_guess_frame_rate(&input_.container(), &input_.video(), nullptr);
  const double seconds = length();
  const bool timed = rate.num > 0 && rate.den > 0 && seconds > 0;
  const std::int64_t by_time = timed ? std::llround(seconds * av_q2d(rate)) : 0;
  // The number of packets includes those that an edit list leaves out.
  if (is_counted()) return timed ? std::min(video.nb_frames, by_time + 1) : video.nb_frames;
  return by_time;
}

std::optional<double> Decoder::expected_seconds() const {
  return is_counted() || length() <= 0 ? std::nullopt : std::optional(length());
}

double Decoder::length() const {
  return std::min(range_.to.value_or(input_.seconds()), input_.seconds()) - range_.from.value_or(0);
}

bool Decoder::is_counted() const {
  return input_.video().nb_frames > 0 && !range_.from && !range_.to;
}

double Decoder::seconds_at(std::int64_t time) const {
  return static_cast<double>(time) * tick_ - start_;
}

double Decoder::seconds_shown() const {
  return seconds_at(last_time_.value_or(0) + last_duration_ - shift_);
}

std::optional<Frame> Decoder::decode() {
  constexpr int most_failures = 100;
  int failures = 0;
  Frame frame = new_frame();
  while (true) {
    const int code = avcodec_receive_frame(codec_.get(), frame.get());
    if (code >= 0) return frame;
    if (code == AVERROR_EOF) return {};
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (code != AVERROR(EAGAIN)) {
      ++faults_.lost;
      // The decoder may still hold sound frames after it, but not without end.
      if (draining_ && ++failures > most_failures) return {};
      continue;
    }
    av_packet_unref(packet_.get());
    if (!input_.read(*packet_)) {
      if (!packets_.may_end()) throw has_changed(input_.name());
      draining_ = true;
      avcodec_send_packet(codec_.get(), nullptr);
      continue;
    }
    if (packet_->stream_index != input_.video().index) continue;
    if (!packets_.add(*packet_)) throw has_changed(input_.name());
    if (av_packet_get_side_data(packet_.get(), AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr) {
      throw Error(ErrorKind::unsupported, input_.name(), "its video is encrypted", "it can be read only with its key");
    }
    const int sent = avcodec_send_packet(codec_.get(), packet_.get());
    if (sent == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (sent < 0) ++faults_.lost;
  }
}

std::optional<TimedFrame> Decoder::timed(Frame frame) {
  const bool mended = frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  std::int64_t time = frame->best_effort_timestamp;
  const bool known = time > -latest_time && time < latest_time;  // AV_NOPTS_VALUE is not
  if (!known) time = last_time_ ? *last_time_ + last_duration_ : 0;
  // Encoders and containers need times that rise.
  if (last_time_ && time <= *last_time_) time = *last_time_ + 1;
  look_for_gap(time);
  const bool made_up = !known || time != frame->best_effort_timestamp;
  last_time_ = time;
  last_duration_ =
      std::clamp<std::int64_t>(duration_of(*frame) > 0 ? duration_of(*frame) : usual_duration_, 1, longest_duration);
  if (time < begin_ || time >= end_) return {};
  if (made_up) ++faults_.timestamps;
  if (mended) ++faults_.damaged;
  return TimedFrame{.picture = format_->normalise(std::move(frame)),
                    .index = next_index_++,
                    .time = time - shift_,
                    .duration = last_duration_,
                    .read = packets_.now()};
}

// A decoder never sees what a demuxer skips because it is damaged.
void Decoder::look_for_gap(std::int64_t time) {
  constexpr double noticeable = 0.5;  // seconds
  if (!last_time_ || *last_time_ < begin_ || time >= end_) return;
  const AVRational time_base = input_.video().time_base;
  const std::int64_t shown_until = *last_time_ + last_duration_;
  if (static_cast<double>(time - shown_until) * av_q2d(time_base) < noticeable) return;
  if (faults_.gaps++ == 0) {
    warn_(fmt::format("{}: has no frame from {} to {}: the frame before it stays, and nothing is shifted",
                      input_.name(), seconds_text(shown_until, time_base), seconds_text(time, time_base)));
  }
}

}  // namespace colourize::film
