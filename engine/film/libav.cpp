#include "engine/film/libav.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/log.h>
}

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <new>

#include "system/error.h"

namespace colourize::film {
namespace {

template <class Handle, class Pointer>
Handle owned(Pointer* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return Handle(pointer);
}

void log_line(void* /*context*/, int level, const char* format, std::va_list arguments) {
  if (level > AV_LOG_WARNING) return;
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  text.at(std::strcspn(text.data(), "\n")) = '\0';
  spdlog::debug("libav: {}", text.data());
}

}  // namespace

Frame new_frame() {
  return owned<Frame>(av_frame_alloc());
}
Packet new_packet() {
  return owned<Packet>(av_packet_alloc());
}
CodecParameters new_parameters() {
  return owned<CodecParameters>(avcodec_parameters_alloc());
}

Frame share(const AVFrame& frame) {
  return owned<Frame>(av_frame_clone(&frame));
}

std::string words(int code) {
  if (code == AVERROR_INVALIDDATA) return "the data is damaged";
  if (code == AVERROR_EOF) return "it ends too early";
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

int checked(int code, const std::string& subject, const std::string& happened) {
  if (code >= 0) return code;
  if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
  throw Error(subject, happened + ": " + words(code));
}

void quieten_libav() {
  av_log_set_callback(log_line);
}

std::int64_t duration_of(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return frame.duration;
#else
  return frame.pkt_duration;
#endif
}

void set_duration(AVFrame& frame, std::int64_t duration) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  frame.duration = duration;
#else
  frame.pkt_duration = duration;
#endif
}

bool is_interlaced(const AVFrame& frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
  return (frame.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return frame.interlaced_frame != 0;
#endif
}

int quarter_turns(const AVStream& stream) {
  const std::uint8_t* matrix = nullptr;
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const AVPacketSideData* data = av_packet_side_data_get(
      stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (data != nullptr && data->size >= 9 * sizeof(std::int32_t)) matrix = data->data;
#else
  std::size_t size = 0;
  matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (size < 9 * sizeof(std::int32_t)) matrix = nullptr;
#endif
  if (matrix == nullptr) return 0;
  std::array<std::int32_t, 9> values{};
  std::memcpy(values.data(), matrix, sizeof(values));
  const double counterclockwise = av_display_rotation_get(values.data());
  if (!std::isfinite(counterclockwise)) return 0;
  const auto turns = static_cast<int>(std::lround(-counterclockwise / 90));
  return ((turns % 4) + 4) % 4;
}

void copy_stream_properties(const AVStream& from, AVStream& to) {
  to.time_base = from.time_base;
  to.avg_frame_rate = from.avg_frame_rate;
  to.r_frame_rate = from.r_frame_rate;
  to.sample_aspect_ratio = from.sample_aspect_ratio;
  to.disposition = from.disposition;
  to.id = from.id;
  if (av_dict_copy(&to.metadata, from.metadata, 0) < 0) throw std::bad_alloc();
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
  for (int i = 0; i < from.nb_side_data; ++i) {
    const AVPacketSideData& data = from.side_data[i];
    std::uint8_t* copy = av_stream_new_side_data(&to, data.type, data.size);
    if (copy == nullptr) throw std::bad_alloc();
    std::memcpy(copy, data.data, data.size);
  }
#endif
}

std::string seconds_text(std::int64_t timestamp, AVRational time_base) {
  return fmt::format("{:.2f} s", static_cast<double>(timestamp) * av_q2d(time_base));
}

}  // namespace colourize::film
