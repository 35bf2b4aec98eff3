#include "film/video/encoder.h"

#include <string_view>

#include "system/error.h"

namespace colourize::film {
namespace {

AVFieldOrder field_order_of(const Input& input, const AVFrame& first) {
  const AVFieldOrder order = input.video().codecpar->field_order;
  if (order != AV_FIELD_UNKNOWN) return order;
  return is_interlaced(first) ? AV_FIELD_TT : AV_FIELD_UNKNOWN;
}

// The settings that do not depend on where the film goes.
VideoFormat source_format(const Input& input, const Decoder& decoder, const CodecOptions& options, bool side_by_side,
                          const Warn& warn) {
  const LumaFrames& source = decoder.format();
  const AVFrame& first = decoder.first();
  VideoFormat format;
  format.options = options;
  format.frames = {.width = source.width() * (side_by_side ? 2 : 1),
                   .height = source.height(),
                   .bits = source.bits(),
                   .source = source.format(),
                   .field_order = field_order_of(input, first)};
  format.tags = tags_of(first);
  format.output = {.format = choose_pixel_format(options, format.frames, warn),
                   .range = format.tags.range,
                   .side_by_side = side_by_side};
  const AVStream& video = input.video();
  format.time_base = video.time_base;
  format.frame_rate =
      av_guess_frame_rate(const_cast<AVFormatContext*>(&input.container()),  // NOLINT: it changes nothing
                          &input.video(), nullptr);
  format.sample_aspect = first.sample_aspect_ratio.num != 0 ? first.sample_aspect_ratio : video.sample_aspect_ratio;
  return format;
}

}  // namespace

VideoFormat y4m_format(const Input& input, const Decoder& decoder, CodecOptions options, bool side_by_side,
                       const Warn& warn) {
  options.codec = VideoCodec::ffv1;  // its formats are those that the stream can hold
  return source_format(input, decoder, options, side_by_side, warn);
}

VideoFormat video_format(const Input& input, const Decoder& decoder, const CodecOptions& options, bool side_by_side,
                         const AVOutputFormat& container, const Warn& warn) {
  VideoFormat format = source_format(input, decoder, options, side_by_side, warn);
  if (options.codec == VideoCodec::h265 && is_interlaced(format.frames.field_order)) {
    warn(input.name() + ": H.265 is written without its fields' order; the codecs h264, ffv1 and prores keep it");
  }
  // AVI stores no showing times, only an order.
  format.reorders = std::string_view(container.name) != "avi";
  format.global_header = (container.flags & AVFMT_GLOBALHEADER) != 0;
  return format;
}

VideoEncoder::VideoEncoder(const VideoFormat& format)
    : codec_(make_encoder(format.options, format.frames, format.output.format, format.reorders)),
      packet_(new_packet()) {
  codec_->time_base = format.time_base;
  if (format.frame_rate.num > 0 && format.frame_rate.den > 0) codec_->framerate = format.frame_rate;
  codec_->sample_aspect_ratio = format.sample_aspect;
  codec_->colorspace = format.tags.space;
  codec_->color_primaries = format.tags.primaries;
  codec_->color_trc = format.tags.transfer;
  codec_->color_range = format.tags.range;
  codec_->field_order = format.frames.field_order;
  if (is_interlaced(format.frames.field_order))
    codec_->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
  if (format.global_header) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  checked(avcodec_open2(codec_.get(), nullptr, nullptr), codec_->codec->name, "the encoder cannot be opened");
}

void VideoEncoder::encode(const AVFrame& frame, const TakePacket& take) {
  send(&frame, take);
}

void VideoEncoder::finish(const TakePacket& take) {
  send(nullptr, take);
}

void VideoEncoder::send(const AVFrame* frame, const TakePacket& take) {
  checked(avcodec_send_frame(codec_.get(), frame), codec_->codec->name, "a frame cannot be encoded");
  while (true) {
    av_packet_unref(packet_.get());
    const int code = avcodec_receive_packet(codec_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    checked(code, codec_->codec->name, "a frame cannot be encoded");
    take(*packet_);
  }
}

}  // namespace colourize::film
