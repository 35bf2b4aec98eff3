// Where libav writes a container: into a file that appears whole or not at all.
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
  // To be called after libav's functions that write: a failure of the disk is thrown in its own words, any other code
  // below 0 as Error(target, "cannot be written: ...").
  void check(int code) const;
  // Writes out what is buffered and puts the file in place. Throws Error as check() does.
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
