// What a picture file says about its picture: EXIF, IPTC, XMP and the ICC profile, carried from the source to the
// output.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "system/warnings.h"

namespace colourize::photo {

class Metadata {
 public:
  Metadata() = default;

  // Of a picture file's bytes. Damaged metadata must not keep a picture from its colours: it is left out, with
  // a warning.
  static Metadata read(std::span<const std::byte> file, const std::string& name, const Warn& warn);

  // EXIF's: 1 upright, 2 to 8 mirrored or turned. 1 where the file does not say, or says nonsense.
  int orientation() const;

  // An encoded JPEG or PNG of width x height pixels with this metadata in it; orientation upright, for the pixels are,
  // the size the picture's own, and without the preview, which is grey. An ICC profile that is not for RGB is left out,
  // for the picture is RGB now. `warn` hears what could not be carried over; `name` is for that.
  std::vector<std::byte> attach(std::vector<std::byte> encoded, int width, int height, const std::string& name,
                                const Warn& warn) const;

 private:
  struct Content;
  std::shared_ptr<const Content> content_;  // null: none
};

}  // namespace colourize::photo
