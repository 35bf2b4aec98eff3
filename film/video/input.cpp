#include "film/video/input.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>

#include "system/error.h"

namespace colourize::film {
namespace {

constexpr int read_buffer_bytes = 1 << 16;
// How many bytes of the file libav may read to recognise its format and streams.
constexpr unsigned probe_bytes = 1U << 20U;
// A run of broken places in a file must end at some point.
constexpr int most_failures = 1000;

// Formats that read other files, devices or text, whatever the bytes are.
bool is_refused(const AVInputFormat& format) {
  constexpr std::array<std::string_view, 12> refused{
      "hls", "concat", "dash",        "imf",   "tty", "ffmetadata", "webm_dash_manifest",
      "sdp", "rtsp",   "vapoursynth", "lavfi", "srt"};
  const std::string_view name = format.name;
  return (format.flags & AVFMT_NOFILE) != 0 || std::ranges::find(refused, name) != refused.end() ||
         name.ends_with("_pipe") || name.starts_with("image2");
}

bool is_encrypted(const AVStream& stream) {
  const std::uint32_t tag = stream.codecpar->codec_tag;
  return tag == MKTAG('e', 'n', 'c', 'v') || tag == MKTAG('d', 'r', 'm', 'i') || tag == MKTAG('p', 'r', 'o', 'v');
}

}  // namespace

// The reading position in a file that is in memory.
struct Input::Bytes {
  std::span<const std::byte> file;
  std::uint64_t position = 0;

  static int read(void* opaque, std::uint8_t* to, int size) {
    auto& self = *static_cast<Bytes*>(opaque);
    const std::size_t count = std::min(static_cast<std::size_t>(size), self.file.size() - self.position);
    if (count == 0) return AVERROR_EOF;
    std::memcpy(to, self.file.data() + self.position, count);
    self.position += count;
    return static_cast<int>(count);
  }
  static std::int64_t seek(void* opaque, std::int64_t offset, int whence) {
    auto& self = *static_cast<Bytes*>(opaque);
    return seek_in(self.position, self.file.size(), offset, whence);
  }
};

bool is_cover(const AVStream& stream) {
  return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

Input::Input(const std::filesystem::path& path, const Warn& warn)
    : name_(path == "-" ? "standard input" : path.string()), warn_(warn) {
  // "file:" so that a name like "http:x" is a file's name.
  const std::string address = path == "-" ? "pipe:0" : "file:" + path.string();
  std::error_code ignored;
  if (path != "-" && std::filesystem::is_directory(path, ignored))
    throw Error(ErrorKind::invalid, name_, "is a folder");
  AVIOContext* io = nullptr;
  const int code = avio_open(&io, address.c_str(), AVIO_FLAG_READ);
  io_.reset(io);
  if (code < 0) throw Error(kind_of_code(code), name_, "cannot be opened: " + words(code));
  open();
}

Input::Input(std::span<const std::byte> file, const std::string& name, const Warn& warn)
    : name_(name), warn_(warn), bytes_(std::make_unique<Bytes>(Bytes{file})) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(read_buffer_bytes));
  if (buffer == nullptr) throw std::bad_alloc();
  io_.reset(avio_alloc_context(buffer, read_buffer_bytes, 0, bytes_.get(), Bytes::read, nullptr, Bytes::seek));
  if (io_ == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
  open();
}

Input::~Input() = default;

void Input::Closed::operator()(AVIOContext* io) const {
  // Our own buffer, which avio_closep() does not know.
  if (io->read_packet == Bytes::read) {
    av_freep(static_cast<void*>(&io->buffer));
    avio_context_free(&io);
  } else {
    avio_closep(&io);
  }
}

void Input::open() {
#if LIBAVFORMAT_VERSION_MAJOR < 59
  AVInputFormat* format = nullptr;
#else
  const AVInputFormat* format = nullptr;
#endif
  const int code = av_probe_input_buffer2(io_.get(), &format, nullptr, nullptr, 0, probe_bytes);
  if (avio_size(io_.get()) == 0) throw Error(ErrorKind::damaged, name_, "is empty");
  if (code < 0 || format == nullptr || is_refused(*format)) {
    throw Error(ErrorKind::unsupported, name_, "is not a film that can be read",
                "it may be damaged, or text, or a single picture");
  }
  AVFormatContext* container = avformat_alloc_context();
  if (container == nullptr) throw std::bad_alloc();
  container->pb = io_.get();
  // The file cannot make libav open anything.
  container->io_open = [](AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); };
  // Frees the container on failure.
  checked(avformat_open_input(&container, "", format, nullptr), name_, "cannot be read");
  container_.reset(container);
  checked(avformat_find_stream_info(container, nullptr), name_, "its streams cannot be read");
  choose_video();
}

void Input::choose_video() {
  // libav's choice skips covers only where there is another video stream.
  video_ = av_find_best_stream(container_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (video_ < 0) {
    // Also chooses a stream for which libav has no decoder.
    for (unsigned i = 0; i < container_->nb_streams; ++i) {
      const AVStream& stream = *container_->streams[i];
      if (stream.codecpar->codec_type != AVMEDIA_TYPE_VIDEO || is_cover(stream)) continue;
      const char* codec = avcodec_get_name(stream.codecpar->codec_id);
      throw Error(ErrorKind::unsupported, name_,
                  fmt::format("its video is in the format '{}', which cannot be decoded here", codec),
                  is_encrypted(stream) ? "it is encrypted" : "");
    }
  }
  if (video_ < 0 || is_cover(video())) {
    throw Error(ErrorKind::unsupported, name_, "has no video stream", "there is nothing in it to colour");
  }
  if (is_encrypted(video()))
    throw Error(ErrorKind::unsupported, name_, "its video is encrypted", "it can be read only with its key");
}

bool Input::read(AVPacket& packet) {
  for (int failures = 0; failures < most_failures; ++failures) {
    const int code = av_read_frame(container_.get(), &packet);
    if (code >= 0) return true;
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    // A disk failure is not the end of a film.
    if (io_->error < 0)
      throw Error(kind_of_code(io_->error), name_, "cannot be read any further: " + words(io_->error));
    if (code == AVERROR_EOF || avio_feof(io_.get()) != 0) return false;
    if (!complained_) warn_(fmt::format("{}: a part of it cannot be read ({}) and is skipped", name_, words(code)));
    complained_ = true;
  }
  return false;
}

std::int64_t Input::start() const {
  constexpr std::int64_t latest = std::int64_t{1} << 61U;  // a file may contain any number
  return std::clamp(container_->start_time == AV_NOPTS_VALUE ? 0 : container_->start_time, -latest, latest);
}

double Input::seconds() const {
  return container_->duration <= 0 ? 0 : static_cast<double>(container_->duration) / AV_TIME_BASE;
}

}  // namespace colourize::film
