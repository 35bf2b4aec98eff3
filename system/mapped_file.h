// A file's bytes in memory without reading them: pages come in when they are touched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace colourize {

class MappedFile {
 public:
  // Throws Error when the file is missing, no regular file, empty or may not be read.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

  // Takes the pages that lie wholly inside `part` of bytes() out of this process's memory. They stay readable, and come
  // in again when they are touched.
  void release(std::span<const std::byte> part) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace colourize
