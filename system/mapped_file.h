// Maps a file's bytes into memory. The system reads a page when the program first touches it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace colourize {

class MappedFile {
 public:
  // Throws Error when the file is missing, is not a regular file, is empty, or may not be read.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

  // Removes the pages that lie wholly inside `part` of bytes() from this process's memory. The bytes stay readable; the
  // system reads a page again when the program touches it.
  void release(std::span<const std::byte> part) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace colourize
