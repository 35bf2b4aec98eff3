// A partial download: a hidden file that survives ^C, a crash and a full disk, so that the next try can resume it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace colourize::download {

class PartialFile {
 public:
  // Opens or makes folder/.NAME.part, and locks it as long as this object lives. Throws Error where another process
  // holds the lock ("is being downloaded by another process"), or where the file cannot be opened.
  PartialFile(const std::filesystem::path& folder, const std::string& name);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  // Removes an empty file, because there is nothing in it to resume.
  ~PartialFile();

  const std::filesystem::path& path() const { return path_; }
  std::uintmax_t size() const { return size_; }

  // Appends bytes. Throws Error where the disk is full or fails; earlier bytes stay.
  void append(std::span<const std::byte> bytes);
  // Removes all bytes and begins again.
  void clear();
  // The first bytes, at most `count`.
  std::string head(std::size_t count) const;

 private:
  [[noreturn]] void fail(const std::string& what, int error_number) const;

  std::filesystem::path path_;
  std::uintmax_t size_ = 0;
  int descriptor_ = -1;
};

}  // namespace colourize::download
