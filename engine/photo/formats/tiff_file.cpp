#include "engine/photo/formats/tiff_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <new>

namespace colourize::photo {
namespace {

// A name for libtiff's own messages, which are kept without it.
constexpr auto tiff_name = "TIFF";

int close_nothing(thandle_t /*client*/) {
  return 0;
}
tmsize_t write_nothing(thandle_t /*client*/, void* /*from*/, tmsize_t /*count*/) {
  return 0;
}
void unmap_nothing(thandle_t /*client*/, void* /*base*/, toff_t /*size*/) {}

// Where `offset` leads; `place` itself where that is before the beginning.
std::uint64_t moved(std::uint64_t place, std::uint64_t end, toff_t offset, int from) {
  switch (from) {
    case SEEK_SET:
      return offset;
    case SEEK_CUR:
      return place + offset;  // libtiff's offsets wrap where it means to go back
    default:
      return end + offset;
  }
}

// Handlers of a handle came with libtiff 4.5.0 (2022-12-13).
#if TIFFLIB_VERSION >= 20221213
int on_error(TIFF* /*tiff*/, void* messages, const char* /*module*/, const char* format, std::va_list values) {
  static_cast<TiffMessages*>(messages)->keep_error(format, values);
  return 1;
}
int on_warning(TIFF* /*tiff*/, void* messages, const char* module, const char* format, std::va_list values) {
  static_cast<TiffMessages*>(messages)->keep_warning(module, format, values);
  return 1;
}
#else
// Before, one handler served the process. It finds the messages of the handle that this thread works on.
thread_local TiffMessages* current = nullptr;
void on_error(const char* /*module*/, const char* format, std::va_list values) {
  if (current != nullptr) current->keep_error(format, values);
}
void on_warning(const char* module, const char* format, std::va_list values) {
  if (current != nullptr) current->keep_warning(module, format, values);
}
#endif

}  // namespace

TiffMessages::~TiffMessages() {
#if TIFFLIB_VERSION < 20221213
  if (current == this) current = nullptr;
#endif
}

TIFF* TiffMessages::open(const char* mode, void* client, TIFFReadWriteProc read, TIFFReadWriteProc write,
                         TIFFSeekProc seek, TIFFSizeProc size, TIFFMapFileProc map, std::int64_t memory) {
#if TIFFLIB_VERSION >= 20221213
  TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
  if (options == nullptr) throw std::bad_alloc();
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, memory);
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, this);
  TIFF* tiff =
      TIFFClientOpenExt(tiff_name, mode, client, read, write, seek, close_nothing, size, map, unmap_nothing, options);
  TIFFOpenOptionsFree(options);
  return tiff;
#else
  static_cast<void>(memory);
  TIFFSetErrorHandler(on_error);
  TIFFSetWarningHandler(on_warning);
  current = this;
  return TIFFClientOpen(tiff_name, mode, client, read, write, seek, close_nothing, size, map, unmap_nothing);
#endif
}

void TiffMessages::keep_error(const char* format, std::va_list values) {
  if (*error() == '\0') std::vsnprintf(error_.data(), error_.size(), format, values);
}

void TiffMessages::keep_warning(const char* module, const char* format, std::va_list values) {
  const std::string_view from = module == nullptr ? "" : module;
  if (from == "JPEGLib") jpeg_warned_ = true;
  Message message{};
  std::vsnprintf(message.data(), message.size(), format, values);
  const std::string_view text = message.data();
  // Tags that libtiff does not know, or that are not in order, say nothing about the picture.
  const bool harmless = text.starts_with("Unknown field") || text.find("not sorted") != std::string_view::npos;
  if (!harmless && *warning() == '\0') warning_ = message;
}

TiffSource::TiffSource(std::span<const std::byte> file) : file_(file) {
  constexpr std::int64_t least_memory = 256'000'000;
  // c: a large strip is not taken for many small ones, whose table a damaged file could make endless.
  handle_.reset(messages_.open("rc", this, read, write_nothing, seek, size, map,
                               std::max(least_memory, static_cast<std::int64_t>(file.size()))));
}

tmsize_t TiffSource::read(thandle_t client, void* to, tmsize_t count) {
  auto& source = *static_cast<TiffSource*>(client);
  if (count <= 0 || source.place_ >= source.file_.size()) return 0;
  const std::size_t there = std::min(static_cast<std::size_t>(count), source.file_.size() - source.place_);
  std::memcpy(to, source.file_.data() + source.place_, there);
  source.place_ += there;
  return static_cast<tmsize_t>(there);
}

toff_t TiffSource::seek(thandle_t client, toff_t offset, int from) {
  auto& source = *static_cast<TiffSource*>(client);
  return source.place_ = moved(source.place_, source.file_.size(), offset, from);
}

toff_t TiffSource::size(thandle_t client) {
  return static_cast<TiffSource*>(client)->file_.size();
}

int TiffSource::map(thandle_t client, void** base, toff_t* size) {
  const auto& source = *static_cast<TiffSource*>(client);
  *base = const_cast<std::byte*>(source.file_.data());  // NOLINT: libtiff only reads it
  *size = source.file_.size();
  return 1;
}

TiffTarget::TiffTarget(ByteSink& sink, bool big) : sink_(sink) {
  // Little-endian on every processor; without reading back what was written.
  handle_.reset(messages_.open(big ? "wl8m" : "wlm", this, read, write, seek, size_of, nullptr, INT64_MAX));
}

tmsize_t TiffTarget::read(thandle_t /*client*/, void* /*to*/, tmsize_t /*count*/) {
  return 0;
}

tmsize_t TiffTarget::write(thandle_t client, void* from, tmsize_t count) {
  auto& target = *static_cast<TiffTarget*>(client);
  if (count <= 0) return 0;
  if (target.stopped_) return count;
  if (target.failure_) return 0;
  std::span bytes(static_cast<const std::byte*>(from), static_cast<std::size_t>(count));
  try {
    // libtiff goes past the end where it writes a directory, and comes back to fill the gap.
    for (; target.size_ < target.place_; ++target.size_) target.sink_.write(std::array{std::byte{0}});
    const std::size_t known = std::min<std::uint64_t>(bytes.size(), target.size_ - target.place_);
    if (known > 0) target.sink_.rewrite(target.place_, bytes.first(known));
    if (known < bytes.size()) target.sink_.write(bytes.subspan(known));
  } catch (...) {  // no exception may pass through libtiff
    target.failure_ = std::current_exception();
    return 0;
  }
  target.place_ += bytes.size();
  target.size_ = std::max(target.size_, target.place_);
  return count;
}

toff_t TiffTarget::seek(thandle_t client, toff_t offset, int from) {
  auto& target = *static_cast<TiffTarget*>(client);
  return target.place_ = moved(target.place_, target.size_, offset, from);
}

toff_t TiffTarget::size_of(thandle_t client) {
  return static_cast<TiffTarget*>(client)->size_;
}

}  // namespace colourize::photo
