// A picture file's metadata: EXIF, IPTC, XMP and the ICC profile. The program carries it from the source to the output.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/metadata_blocks.h"
#include "engine/provenance.h"
#include "system/warnings.h"

namespace colourize::photo {

class Metadata {
 public:
  Metadata() = default;

  // Reads the metadata in a picture file's bytes. It leaves damaged metadata out, with a warning, so that the picture
  // can still be coloured.
  static Metadata read(std::span<const std::byte> file, const std::string& name, const Warn& warn);

  // The same from blocks that somebody has found in the file.
  static Metadata of_blocks(const MetadataBlocks& blocks, const std::string& name, const Warn& warn);

  // EXIF's value or, where that is missing or invalid, XMP's tiff:Orientation: 1 is upright, 2 to 8 are mirrored or
  // turned. Returns 1 where the file has no valid value.
  int orientation() const;

  // The file's XMP packet where Exiv2 finds no property in it, because it is no valid XMP; else empty. attach() does
  // not write it.
  const std::string& unparsed_xmp() const;

  // The ICC profile's bytes; empty where there is none.
  std::span<const std::byte> profile() const;
  // The same metadata with another profile; empty: with none.
  Metadata with_profile(std::span<const std::byte> profile) const;

  // What the XMP states of how the picture was coloured; none where it states nothing.
  std::optional<Provenance> provenance() const;
  // The same metadata, whose XMP states this instead; none: states nothing. XMP that cannot be parsed stays as it is.
  Metadata with_provenance(const std::optional<Provenance>& provenance) const;

  // Adds this metadata to an encoded JPEG, PNG, TIFF, WebP, JPEG 2000 or JPEG XL of width x height pixels, and returns
  // the result. The orientation becomes upright, because the pixels are, and the size becomes the picture's own. It
  // leaves out the preview, because that is grey. `warn` receives what cannot be carried over; it names the picture
  // `name`.
  // Where only the provenance is too much, the rest is added.
  std::vector<std::byte> attach(std::vector<std::byte> encoded, int width, int height, const std::string& name,
                                const Warn& warn) const;

 private:
  bool is_empty() const;
  struct Content;
  std::vector<std::byte> attach_all(std::vector<std::byte> encoded, int width, int height, const std::string& name,
                                    const Warn& warn) const;
  std::shared_ptr<const Content> content_;  // null: none
};

}  // namespace colourize::photo
