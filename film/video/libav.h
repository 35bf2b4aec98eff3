// FFmpeg's libav*: handles that own, error codes as our errors, and the places where its versions (4.4 to 7) differ.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <cstdint>
#include <memory>
#include <string>

#include "system/error.h"
#include "system/warnings.h"

namespace colourize::film {

struct Freed {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using Frame = std::unique_ptr<AVFrame, Freed>;
using Packet = std::unique_ptr<AVPacket, Freed>;
using Codec = std::unique_ptr<AVCodecContext, Freed>;
using CodecParameters = std::unique_ptr<AVCodecParameters, Freed>;
using Scaler = std::unique_ptr<SwsContext, Freed>;

// Never null; std::bad_alloc.
Frame new_frame();
Packet new_packet();
CodecParameters new_parameters();

// What libav asks of a seek function, for a position in so many bytes: gives back the new one, which is set, the number
// of bytes where that is asked for, or a code below 0.
std::int64_t seek_in(std::uint64_t& position, std::uint64_t bytes, std::int64_t offset, int whence);

// A second handle to the same pixels.
Frame share(const AVFrame& frame);

// A code of libav's that is below 0, in words, and what kind of error it is.
std::string words(int code);
ErrorKind kind_of_code(int code);
// Gives back what is not below 0; otherwise throws Error(subject, happened + ": " + words); std::bad_alloc for memory.
int checked(int code, const std::string& subject, const std::string& happened);

// libav logs to the standard error stream by itself. From now on each line of it that is a warning or an error goes to
// `warn` with "libav: " before it, for this whole process and all its films, for libav knows no other log: the
// application calls this once, before its first film. What matters is also returned as an error, so most applications
// pass ignore_warnings.
void log_libav_to(const Warn& warn);

// The time base of what belongs to no stream, as chapters and seeking.
inline constexpr AVRational microseconds{1, AV_TIME_BASE};

// In the time base of the frame's stream; 0 where nobody knows.
std::int64_t duration_of(const AVFrame& frame);
void set_duration(AVFrame& frame, std::int64_t duration);
bool is_interlaced(const AVFrame& frame);

// Quarter turns to the right that a player gives the stream's pictures, 0 to 3; other angles are rounded.
int quarter_turns(const AVStream& stream);
// What a stream says beside its codec's parameters: time base, rates, aspect, disposition, metadata, and of its side
// data what is about the stream as it is shown or heard; what is about its packets (bit rates, Dolby Vision) is the
// codec's matter.
void copy_stream_properties(const AVStream& from, AVStream& to);

// Seconds, for messages: "12.48 s".
std::string seconds_text(std::int64_t timestamp, AVRational time_base);

}  // namespace colourize::film
