// A picture as its file stores it, read through stb_image (PNM: pnm.h), which takes much on trust. What it does not
// check is checked here:
// - Its version in Debian 12, 2.27, writes past a table when a JPEG's Huffman table counts more than 256 codes. The
//   tables are looked at before it sees the file.
// - It takes memory for a PNG's chunk by the length that the chunk states, be it a gigabyte in a file of 400 bytes.
// - A JPEG may use a table that it never defined. Its memory begins as zeros (stb_image.cpp).
// - Where a file ends early it goes on with zeros or with whatever is in memory. It reads through a source that
//   notices.
// All were found by tests/fuzz/fuzz_picture.cpp, which runs with these checks in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/photo/pnm.h"

namespace colourize::photo {

struct StoredSize {
  int width = 0;
  int height = 0;
};

// Samples in a C library's memory, rows from top to bottom; 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
template <typename Sample>
struct StoredSamples {
  std::unique_ptr<Sample, void (*)(void*)> memory;
  int channels;
};

class StoredPicture {
 public:
  // Reads the header. `format` is recognise()'s. The file's bytes are borrowed. Throws Error when the header is
  // damaged, or the file is of 2 GB or more.
  StoredPicture(std::span<const std::byte> file, std::string name, std::string format);

  const StoredSize& size() const { return size_; }
  bool is_deep() const { return deep_; }  // 16 bits a sample

  // Decode everything; throw Error when the file is damaged or cut short.
  StoredSamples<std::uint8_t> load_8_bit() const;
  StoredSamples<std::uint16_t> load_16_bit() const;

 private:
  void read_header();
  [[noreturn]] void fail(const char* reason) const;
  template <typename Sample, typename Load>
  StoredSamples<Sample> load(Load function) const;
  template <typename Sample>
  StoredSamples<Sample> load_pnm() const;

  std::span<const std::byte> file_;
  std::string name_;
  std::string format_;
  StoredSize size_;
  bool deep_ = false;
  std::optional<PnmHeader> pnm_;  // of a PNM only
};

// Whether every Huffman table (DHT segment, ITU T.81 B.2.4.2) that stb_image would read counts at most 256 codes.
bool has_sound_huffman_tables(std::span<const std::byte> jpeg);

// Whether every chunk up to the last (PNG 1.2, 3.2) lies within the file.
bool has_sound_png_chunks(std::span<const std::byte> png);

}  // namespace colourize::photo
