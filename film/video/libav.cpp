#include "film/video/libav.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/log.h>
}

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstring>
#include <mutex>
#include <new>
#include <span>

#include "system/error.h"

namespace colourize::film {
namespace {

template <class Handle, class Pointer>
Handle owned(Pointer* pointer) {
  if (pointer == nullptr) throw std::bad_alloc();
  return Handle(pointer);
}

// The stream's side data, not its packets'; empty where it has none.
std::span<const std::uint8_t> side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  const std::span all(stream.codecpar->coded_side_data, static_cast<std::size_t>(stream.codecpar->nb_coded_side_data));
#else
  const std::span all(stream.side_data, static_cast<std::size_t>(stream.nb_side_data));
#endif
  for (const AVPacketSideData& data : all) {
    if (data.type == type) return {data.data, static_cast<std::size_t>(data.size)};
  }
  return {};
}

std::uint8_t* new_side_data(AVStream& stream, AVPacketSideDataType type, std::size_t size) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  AVPacketSideData* data =
      av_packet_side_data_new(&stream.codecpar->coded_side_data, &stream.codecpar->nb_coded_side_data, type, size, 0);
  return data == nullptr ? nullptr : data->data;
#else
  return av_stream_new_side_data(&stream, type, static_cast<decltype(AVPacketSideData::size)>(size));
#endif
}

// Where libav's log lines go. libav's own threads use it.
struct LibavLog {
  std::mutex mutex;
  Warn warn = ignore_warnings;
};

LibavLog& libav_log() {
  // Never destroyed, because a libav thread may log while the process ends.
  static auto* log = new LibavLog;  // NOLINT(cppcoreguidelines-owning-memory)
  return *log;
}

// libav is C, so no exception may pass through it.
void log_line(void* /*context*/, int level, const char* format, std::va_list arguments) noexcept {
  if (level > AV_LOG_WARNING) return;
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  text.at(std::strcspn(text.data(), "\n")) = '\0';
  try {
    std::unique_lock lock(libav_log().mutex);
    const Warn warn = libav_log().warn;
    lock.unlock();
    warn(std::string("libav: ") + text.data());
  } catch (...) {  // NOLINT(bugprone-empty-catch): a line that finds no memory is lost
  }
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

std::int64_t seek_in(std::uint64_t& position, std::uint64_t bytes, std::int64_t offset, int whence) {
  const auto size = static_cast<std::int64_t>(bytes);
  if (whence == AVSEEK_SIZE) return size;
  if (whence == SEEK_CUR) offset += static_cast<std::int64_t>(position);
  if (whence == SEEK_END) offset += size;
  if (offset < 0 || offset > size) return AVERROR(EINVAL);
  position = static_cast<std::uint64_t>(offset);
  return offset;
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

ErrorKind kind_of_code(int code) {
  if (code == AVERROR_INVALIDDATA || code == AVERROR_EOF) return ErrorKind::damaged;
  if (code == AVERROR_DECODER_NOT_FOUND || code == AVERROR_ENCODER_NOT_FOUND || code == AVERROR_PATCHWELCOME) {
    return ErrorKind::unsupported;
  }
  return kind_of_errno(AVUNERROR(code));
}

int checked(int code, const std::string& subject, const std::string& happened) {
  if (code >= 0) return code;
  if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
  throw Error(kind_of_code(code), subject, happened + ": " + words(code));
}

void log_libav_to(const Warn& warn) {
  {
    const std::lock_guard lock(libav_log().mutex);
    libav_log().warn = warn;
  }
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
  std::array<std::int32_t, 9> values{};
  const std::span<const std::uint8_t> matrix = side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (matrix.size() < sizeof(values)) return 0;
  std::memcpy(values.data(), matrix.data(), sizeof(values));
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
  constexpr std::array kept{AV_PKT_DATA_DISPLAYMATRIX,       AV_PKT_DATA_STEREO3D,
                            AV_PKT_DATA_SPHERICAL,           AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                            AV_PKT_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_REPLAYGAIN,
                            AV_PKT_DATA_AUDIO_SERVICE_TYPE};
  for (const AVPacketSideDataType type : kept) {
    const std::span<const std::uint8_t> data = side_data(from, type);
    if (data.empty() || !side_data(to, type).empty()) continue;
    std::uint8_t* copy = new_side_data(to, type, data.size());
    if (copy == nullptr) throw std::bad_alloc();
    std::ranges::copy(data, copy);
  }
}

std::string seconds_text(std::int64_t timestamp, AVRational time_base) {
  return fmt::format("{:.2f} s", static_cast<double>(timestamp) * av_q2d(time_base));
}

}  // namespace colourize::film
