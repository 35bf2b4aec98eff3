// A file that appears whole or not at all.
//
// The bytes go to an unnamed file in the target's folder (O_TMPFILE). The kernel discards it when the program crashes,
// is killed or throws. commit() gives it the target's name. Where the file system has no unnamed files, the bytes go to
// a hidden named file beside the target. The destructor removes that, or remove_pending_outputs() does after ^C.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "system/byte_sink.h"

namespace colourize {

class OutputFile final : public ByteSink {
 public:
  enum class Hiding : std::uint8_t {
    best,   // without a name where the file system can, otherwise under a hidden name
    named,  // under a hidden name, as `best` does on file systems such as FAT and NFS
  };

  // `target` shows nothing before commit(). Throws Error when its folder is missing or may not be written to.
  explicit OutputFile(std::filesystem::path target, Hiding hiding = Hiding::best);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() override;

  // Both throw Error when the disk is full or fails.
  void write(std::span<const std::byte> bytes) override;
  void rewrite(std::uint64_t offset, std::span<const std::byte> bytes) override;
  // Flushes the file to the disk and puts it at the target's place in one step; this replaces an older file.
  void commit();

 private:
  [[noreturn]] void fail(const char* what, int error_number) const;
  std::filesystem::path hidden_name() const;

  std::filesystem::path target_;
  std::filesystem::path named_;  // path of the hidden file; empty while the file has no name
  int pending_slot_ = -1;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;  // bytes that write() has appended
};

// Removes the hidden files of unfinished outputs. A signal handler may call it.
void remove_pending_outputs() noexcept;

}  // namespace colourize
