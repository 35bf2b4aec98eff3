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

// Never return null; throw std::bad_alloc.
Frame new_frame();
Packet new_packet();
CodecParameters new_parameters();

// What libav expects of a seek function, for a position in `bytes` bytes. Sets the position and returns it; returns the
// number of bytes where libav asks for that, or a code below 0.
std::int64_t seek_in(std::uint64_t& position, std::uint64_t bytes, std::int64_t offset, int whence);

// Returns a second handle to the same pixels.
Frame share(const AVFrame& frame);

// An error code of libav (below 0) as text, and as a kind of error.
std::string words(int code);
ErrorKind kind_of_code(int code);
// Returns `code` where it is not below 0. Otherwise throws Error(subject, happened + ": " + words), or std::bad_alloc
// where memory does not suffice.
int checked(int code, const std::string& subject, const std::string& happened);

// libav logs to the standard error stream unless told otherwise. After this call each line of its log that is a warning
// or an error goes to `warn`, with "libav: " before it. This affects the whole process and all its films, because libav
// has only one log. The application calls this once, before its first film. Most applications pass ignore_warnings,
// because libav also returns what matters as an error.
void log_libav_to(const Warn& warn);

// The time base of what belongs to no stream, such as chapters and seeking.
inline constexpr AVRational microseconds{1, AV_TIME_BASE};

// In the time base of the frame's stream; 0 where it is unknown.
std::int64_t duration_of(const AVFrame& frame);
void set_duration(AVFrame& frame, std::int64_t duration);
bool is_interlaced(const AVFrame& frame);

// The quarter turns to the right, 0 to 3, with which a player shows the stream. Other angles are rounded.
int quarter_turns(const AVStream& stream);
// Copies the stream's properties that are not codec parameters: time base, rates, aspect, disposition, metadata, and
// side data about how a player shows or plays the stream. Side data about packets (bit rates, Dolby Vision) belongs to
// the codec.
void copy_stream_properties(const AVStream& from, AVStream& to);

// Formats seconds for messages, such as "12.48 s".
std::string seconds_text(std::int64_t timestamp, AVRational time_base);

}  // namespace colourize::film
