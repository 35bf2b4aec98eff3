// A JPEG that says much of itself.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <exiv2/exiv2.hpp>

#include "tests/support/pictures.h"

namespace colourize::tests {

// described.jpg with a caption in IPTC ("By the sea") and a source in XMP ("Album 3").
inline std::vector<std::byte> jpeg_with_iptc_and_xmp() {
  auto jpeg = read_file(pictures + "described.jpg");
  const auto image =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(jpeg.data()), static_cast<long>(jpeg.size()));
  image->readMetadata();
  image->iptcData()["Iptc.Application2.Caption"] = "By the sea";
  image->xmpData()["Xmp.dc.source"] = "Album 3";
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  std::string described(static_cast<std::size_t>(io.size()), '\0');
  io.seek(0, Exiv2::BasicIo::beg);
  io.read(reinterpret_cast<Exiv2::byte*>(described.data()), static_cast<long>(described.size()));
  return bytes_of(described);
}

}  // namespace colourize::tests
