// A download that has come in part: a hidden file that outlives ^C, a crash and a full disk, so that the next try goes
// on where this one ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace colourize::download {

class PartialFile {
 public:
  // Opens folder/.NAME.part, or makes it, and locks it as long as this object lives. Throws Error when another process
  // has it locked ("is being downloaded by another process"), or it cannot be opened.
  PartialFile(const std::filesystem::path& folder, const std::string& name);
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  // Removes an empty file, for there is nothing in it to go on from.
  ~PartialFile();

  const std::filesystem::path& path() const { return path_; }
  std::uintmax_t size() const { return size_; }

  // Writes behind what is there. Throws Error when the disk is full or fails; what was written before is kept.
  void append(std::span<const std::byte> bytes);
  // Begins again from nothing.
  void clear();
  // The first bytes, `count` of them at most.
  std::string head(std::size_t count) const;

 private:
  [[noreturn]] void fail(const std::string& what, int error_number) const;

  std::filesystem::path path_;
  std::uintmax_t size_ = 0;
  int descriptor_ = -1;
};

}  // namespace colourize::download
