// A TIFF in memory, opened by libtiff. libtiff's messages become what C++ can act on; none of them is printed.
#pragma once

#include <tiffio.h>

#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string_view>

#include "system/byte_sink.h"

namespace colourize::photo {

// libtiff's first error, and its first warning that says something about the picture; texts of at most 255 bytes.
class TiffMessages {
 public:
  TiffMessages() = default;
  TiffMessages(const TiffMessages&) = delete;
  TiffMessages& operator=(const TiffMessages&) = delete;
  ~TiffMessages();

  // Empty where there was none.
  const char* error() const { return error_.data(); }
  const char* warning() const { return warning_.data(); }
  // True where the decoder of JPEG inside of the TIFF warned: it continues with grey where data are missing.
  bool jpeg_warned() const { return jpeg_warned_; }

  // Opens with handlers that fill this object, which must outlive the handle. Returns null where libtiff refuses.
  // `memory`: the most bytes that libtiff may take at once.
  TIFF* open(const char* mode, void* client, TIFFReadWriteProc read, TIFFReadWriteProc write, TIFFSeekProc seek,
             TIFFSizeProc size, TIFFMapFileProc map, std::int64_t memory);

  // For libtiff's handlers.
  void keep_error(const char* format, std::va_list values);
  void keep_warning(const char* module, const char* format, std::va_list values);

 private:
  using Message = std::array<char, 256>;
  Message error_{};
  Message warning_{};
  bool jpeg_warned_ = false;
};

struct TiffClose {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, TiffClose>;

// Reads a file's bytes, which it borrows. All of libtiff's reads are checked against their number.
class TiffSource {
 public:
  explicit TiffSource(std::span<const std::byte> file);
  TiffSource(const TiffSource&) = delete;
  TiffSource& operator=(const TiffSource&) = delete;

  // Null where libtiff cannot read the first directory.
  TIFF* handle() const { return handle_.get(); }
  const TiffMessages& messages() const { return messages_; }

 private:
  static tmsize_t read(thandle_t client, void* to, tmsize_t count);
  static toff_t seek(thandle_t client, toff_t offset, int from);
  static toff_t size(thandle_t client);
  static int map(thandle_t client, void** base, toff_t* size);

  std::span<const std::byte> file_;
  std::uint64_t place_ = 0;
  TiffMessages messages_;
  TiffHandle handle_;
};

// Passes on what libtiff writes.
class TiffTarget {
 public:
  // `big`: 64-bit offsets (BigTIFF), for what may need 4 GB or more.
  TiffTarget(ByteSink& sink, bool big);
  TiffTarget(const TiffTarget&) = delete;
  TiffTarget& operator=(const TiffTarget&) = delete;

  TIFF* handle() const { return handle_.get(); }  // null after close()
  const TiffMessages& messages() const { return messages_; }
  void close() { handle_.reset(); }
  // Passes on nothing from now on, such as the directory that libtiff writes when it closes.
  void stop() { stopped_ = true; }
  // What the sink threw, or null. Nothing is passed on after it.
  const std::exception_ptr& failure() const { return failure_; }
  // Bytes that were passed on.
  std::uint64_t size() const { return size_; }

 private:
  static tmsize_t read(thandle_t client, void* to, tmsize_t count);
  static tmsize_t write(thandle_t client, void* from, tmsize_t count);
  static toff_t seek(thandle_t client, toff_t offset, int from);
  static toff_t size_of(thandle_t client);

  ByteSink& sink_;
  std::uint64_t place_ = 0;
  std::uint64_t size_ = 0;
  bool stopped_ = false;
  std::exception_ptr failure_;
  TiffMessages messages_;
  TiffHandle handle_;
};

}  // namespace colourize::photo
