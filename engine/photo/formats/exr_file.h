// The first part of an OpenEXR in memory, by OpenEXR's library.
#pragma once

#include <ImfMultiPartInputFile.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/photo.h"

namespace colourize::photo {

struct ExrLayout {
  enum class Colours : std::uint8_t { luma, rgb, luma_and_chroma };
  int width = 0;  // of the data window
  int height = 0;
  int left = 0;  // of the data window
  int top = 0;
  Colours colours = Colours::luma;
  bool alpha = false;
  std::size_t further = 0;  // channels that are left out

  int channels() const { return (colours == Colours::luma ? 1 : 3) + (alpha ? 1 : 0); }
};

class ExrFile {
 public:
  // Borrows the bytes. Throws Error: `damaged`, `unsupported`.
  ExrFile(std::span<const std::byte> file, const std::string& name);
  ~ExrFile();
  ExrFile(const ExrFile&) = delete;
  ExrFile& operator=(const ExrFile&) = delete;

  const ExrLayout& layout() const { return layout_; }
  int parts() const { return parts_->parts(); }
  const Imf::Header& header() const { return parts_->header(0); }

  // Numbers in the layout's channels, of linear light; colours are multiplied with alpha. Returns how many rows could
  // be read, and why not more in `reason`.
  int read(Raster<float>& raster, std::string& reason);

 private:
  class Stream;

  int read_channels(Raster<float>& raster, std::string& reason);
  int read_luma_and_chroma(Raster<float>& raster, std::string& reason);

  std::span<const std::byte> file_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Imf::MultiPartInputFile> parts_;
  ExrLayout layout_;
};

}  // namespace colourize::photo
