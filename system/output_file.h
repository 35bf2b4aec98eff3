// A file that appears whole or not at all.
//
// The bytes go to an unnamed file in the target's folder (O_TMPFILE), which the kernel itself discards when the program
// crashes, is killed or throws; commit() gives it the target's name. Where the file system has no unnamed files the
// bytes go to a hidden named file beside the target, which the destructor or, after ^C, remove_pending_outputs()
// removes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace colourize {

class OutputFile {
 public:
  enum class Hiding : std::uint8_t {
    best,   // without a name where the file system can, under a hidden one elsewhere
    named,  // under a hidden name: what `best` comes to on file systems such as FAT and NFS
  };

  // Nothing is visible at `target` before commit(). Throws Error when its folder is missing or may not be written.
  explicit OutputFile(std::filesystem::path target, Hiding hiding = Hiding::best);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  // Appends. Throws Error when the disk is full or fails.
  void write(std::span<const std::byte> bytes);
  // Replaces bytes that were written: those from `offset` on. Throws Error as write() does.
  void rewrite(std::uint64_t offset, std::span<const std::byte> bytes);
  // Flushes to the disk and puts the file at the target's place, replacing what was there in one step.
  void commit();

 private:
  [[noreturn]] void fail(const char* what, int error_number) const;
  std::filesystem::path hidden_name() const;

  std::filesystem::path target_;
  std::filesystem::path named_;  // the hidden file's path; empty while the file has no name
  int pending_slot_ = -1;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;  // what write() has appended
};

// Removes the hidden named files of unfinished outputs. Safe to call from a signal handler.
void remove_pending_outputs() noexcept;

}  // namespace colourize
