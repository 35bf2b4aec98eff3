#include "film/video/output_stream.h"

#include <algorithm>
#include <new>
#include <span>

namespace colourize::film {
namespace {

constexpr int write_buffer_bytes = 1 << 18;

}  // namespace

void OutputStream::Closed::operator()(AVIOContext* io) const {
  av_freep(static_cast<void*>(&io->buffer));
  avio_context_free(&io);
}

OutputStream::OutputStream(const std::filesystem::path& target) : name_(target.string()), file_(target) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(write_buffer_bytes));
  if (buffer == nullptr) throw std::bad_alloc();
#if LIBAVFORMAT_VERSION_MAJOR < 61
  // This libav passes the bytes without const, but nothing changes them.
  const auto take = [](void* self, std::uint8_t* bytes, int count) { return write(self, bytes, count); };
#else
  const auto take = write;
#endif
  io_.reset(avio_alloc_context(buffer, write_buffer_bytes, 1, this, nullptr, take, seek));
  if (io_ == nullptr) {
    av_free(buffer);
    throw std::bad_alloc();
  }
}

void OutputStream::check(int code) const {
  if (failure_) std::rethrow_exception(failure_);
  checked(code, name_, "cannot be written");
}

void OutputStream::commit() {
  avio_flush(io_.get());
  check(io_->error);
  file_.commit();
}

// No exception may pass through libav.
int OutputStream::write(void* self, const std::uint8_t* bytes, int count) {
  auto& stream = *static_cast<OutputStream*>(self);
  if (stream.failure_) return AVERROR(EIO);
  try {
    const std::span all(reinterpret_cast<const std::byte*>(bytes), static_cast<std::size_t>(count));
    const std::size_t old = std::min<std::uint64_t>(all.size(), stream.size_ - stream.position_);
    if (old > 0) stream.file_.rewrite(stream.position_, all.first(old));
    stream.file_.write(all.subspan(old));
    stream.position_ += all.size();
    stream.size_ = std::max(stream.size_, stream.position_);
    return count;
  } catch (...) {
    stream.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

std::int64_t OutputStream::seek(void* self, std::int64_t offset, int whence) {
  auto& stream = *static_cast<OutputStream*>(self);
  return seek_in(stream.position_, stream.size_, offset, whence);
}

}  // namespace colourize::film
