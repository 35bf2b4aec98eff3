// Metadata as they lie in files, for formats whose own library, or our code, finds them there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace colourize::photo {

struct MetadataBlocks {
  std::vector<std::byte> exif = {};  // a TIFF structure (Exif 2.32, 4.5.2), or a few bytes before one; empty: none
  std::string xmp = {};              // a packet, UTF-8
  std::vector<std::byte> iptc = {};  // data sets (IPTC-NAA Information Interchange Model, version 4)

  bool empty() const { return exif.empty() && xmp.empty() && iptc.empty(); }
};

}  // namespace colourize::photo
