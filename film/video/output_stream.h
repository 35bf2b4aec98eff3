// The file into which libav writes a container. It appears whole or not at all.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>

#include "film/video/libav.h"
#include "system/output_file.h"

namespace colourize::film {

class OutputStream {
 public:
  // Throws Error as OutputFile does.
  explicit OutputStream(const std::filesystem::path& target);

  AVIOContext* io() const { return io_.get(); }
  // Call this after each function of libav that writes. It throws a disk failure's own Error; for any other code below
  // 0 it throws Error(target, "cannot be written: ...").
  void check(int code) const;
  // Writes what is buffered and puts the file in place. Throws Error as check() does.
  void commit();

  std::uint64_t bytes() const { return size_; }

 private:
  struct Closed {
    void operator()(AVIOContext* io) const;
  };
  static int write(void* self, const std::uint8_t* bytes, int count);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  std::string name_;
  OutputFile file_;
  std::uint64_t position_ = 0;
  std::uint64_t size_ = 0;
  std::exception_ptr failure_;
  std::unique_ptr<AVIOContext, Closed> io_;
};

}  // namespace colourize::film
