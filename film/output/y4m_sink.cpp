#include "film/output/y4m_sink.h"

#include <fmt/core.h>

#include <cmath>
#include <new>

#include "system/error.h"

namespace colourize::film {
namespace {

constexpr auto name = "standard output";

}  // namespace

// libav's muxer takes whole frames instead of packets; it calls that codec wrapped_avframe.
Y4mSink::Y4mSink(const VideoFormat& format, const Warn& warn)
    : warn_(warn), packet_(new_packet()), time_base_(format.time_base), frame_rate_(format.frame_rate) {
  const AVCodec* wrapper = avcodec_find_encoder(AV_CODEC_ID_WRAPPED_AVFRAME);
  if (wrapper == nullptr) throw Error(ErrorKind::unsupported, name, "this machine's libav cannot write YUV4MPEG2");
  codec_.reset(avcodec_alloc_context3(wrapper));
  if (codec_ == nullptr) throw std::bad_alloc();
  codec_->width = format.frames.width;
  codec_->height = format.frames.height;
  codec_->pix_fmt = format.output.format;
  codec_->time_base = format.time_base;
  codec_->sample_aspect_ratio = format.sample_aspect;
  codec_->color_range = format.tags.range;
  codec_->field_order = format.frames.field_order;
  checked(avcodec_open2(codec_.get(), nullptr, nullptr), name, "cannot be written");
  AVFormatContext* container = nullptr;
  checked(avformat_alloc_output_context2(&container, nullptr, "yuv4mpegpipe", nullptr), name, "cannot be written");
  container_.reset(container);
  container_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;  // 10 bits
  AVStream* stream = avformat_new_stream(container, nullptr);
  if (stream == nullptr) throw std::bad_alloc();
  checked(avcodec_parameters_from_context(stream->codecpar, codec_.get()), name, "cannot be written");
  stream->time_base = format.time_base;
  stream->avg_frame_rate = format.frame_rate;
  stream->sample_aspect_ratio = format.sample_aspect;
  checked(avio_open(&container->pb, "pipe:1", AVIO_FLAG_WRITE), name, "cannot be written");
  checked(avformat_write_header(container, nullptr), name, "cannot be written");
}

void Y4mSink::Closed::operator()(AVFormatContext* container) const {
  avio_closep(&container->pb);
  avformat_free_context(container);
}

void Y4mSink::warn_of_other_times(const Timing& timing) {
  if (warned_ || frame_rate_.num <= 0 || frame_rate_.den <= 0) return;
  if (frames_ == 0) first_time_ = timing.time;
  const double written = static_cast<double>(frames_++) / av_q2d(frame_rate_);
  const double shown = static_cast<double>(timing.time - first_time_) * av_q2d(time_base_);
  if (std::abs(shown - written) * av_q2d(frame_rate_) <= 1.5) return;
  warn_(
      fmt::format("the standard output has {:.6g} frames a second, but the film's rate varies: its frame at {:.3f} s "
                  "comes {:.3f} s off. A file keeps the film's own times (-o film.mkv)",
                  av_q2d(frame_rate_), shown, written - shown));
  warned_ = true;
}

void Y4mSink::write(Frame frame, const Timing& timing) {
  warn_of_other_times(timing);
  frame->pts = timing.time;
  checked(avcodec_send_frame(codec_.get(), frame.get()), name, "cannot be written");
  while (avcodec_receive_packet(codec_.get(), packet_.get()) >= 0) {
    packet_->stream_index = 0;
    const int code = av_write_frame(container_.get(), packet_.get());
    av_packet_unref(packet_.get());
    checked(code, name, "cannot be written");
    checked(container_->pb->error, name, "cannot be written");
  }
}

void Y4mSink::end_segment(const StabiliserState& /*state*/, const PacketSum& /*read*/) {
  avio_flush(container_->pb);
  checked(container_->pb->error, name, "cannot be written");
}

}  // namespace colourize::film
