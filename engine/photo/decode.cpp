#include "engine/photo/decode.h"

#include <algorithm>
#include <array>

#include "engine/photo/signature.h"
#include "engine/photo/stored_picture.h"
#include "system/error.h"
#include "system/mapped_file.h"

namespace colourize::photo {
namespace {

// Where a sample of the upright picture stands in the stored one, by EXIF's orientation (Exif 2.32, tag 0x0112): what
// the stored picture's 0th row and column are, seen upright.
struct Orientation {
  bool transposed;  // rows are columns
  bool from_right;  // of the stored picture's x, after transposing
  bool from_bottom;
};
constexpr std::array<Orientation, 9> orientations{{{false, false, false},
                                                   {false, false, false},
                                                   {false, true, false},
                                                   {false, true, true},
                                                   {false, false, true},
                                                   {true, false, false},
                                                   {true, false, true},
                                                   {true, true, true},
                                                   {true, true, false}}};

// The stored picture turned upright; grey becomes RGB, alpha stays.
template <typename Sample>
Raster<Sample> upright(const StoredSamples<Sample>& stored, const StoredSize& size, int orientation) {
  const Orientation& turn = orientations.at(static_cast<std::size_t>(orientation));
  const bool grey = stored.channels < 3;
  const bool alpha = stored.channels == 2 || stored.channels == 4;
  const auto channels = static_cast<std::size_t>(stored.channels);
  Raster<Sample> raster(turn.transposed ? size.height : size.width, turn.transposed ? size.width : size.height,
                        alpha ? 4 : 3);
  for (int y = 0; y < raster.height; ++y) {
    Sample* to = raster.row(y).data();
    for (int x = 0; x < raster.width; ++x) {
      int stored_x = turn.transposed ? y : x;
      int stored_y = turn.transposed ? x : y;
      if (turn.from_right) stored_x = size.width - 1 - stored_x;
      if (turn.from_bottom) stored_y = size.height - 1 - stored_y;
      const auto pixel = static_cast<std::size_t>(stored_y) * static_cast<std::size_t>(size.width) +
                         static_cast<std::size_t>(stored_x);
      const Sample* from = stored.memory.get() + pixel * channels;
      for (std::size_t c = 0; c < 3; ++c) *to++ = from[grey ? 0 : c];
      if (alpha) *to++ = from[channels - 1];
    }
  }
  return raster;
}

void check_size(const StoredSize& size, const std::string& name, const DecodeLimits& limits) {
  constexpr double million = 1e6;
  const double megapixels = static_cast<double>(size.width) * size.height / million;
  // A strip of extreme length would need memory for its length times the generator's side.
  constexpr int longest_side = 200'000;
  if (std::max(size.width, size.height) > longest_side) {
    throw Error(ErrorKind::unsupported, name,
                "is " + std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels, longer than " +
                    std::to_string(longest_side));
  }
  if (megapixels <= static_cast<double>(limits.megapixels)) return;
  throw Error(ErrorKind::too_large, name,
              "has " + std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels, more than " +
                  std::to_string(limits.megapixels) + " million",
              "raise the limit if the picture is sound and memory suffices");
}

}  // namespace

Photo decode(const std::filesystem::path& path, const DecodeLimits& limits) {
  const MappedFile file(path);
  return decode(file.bytes(), path.string(), limits);
}

Photo decode(std::span<const std::byte> file, const std::string& name, const DecodeLimits& limits) {
  const StoredPicture picture(file, name, recognise(file, name));
  check_size(picture.size(), name, limits);
  Photo photo;
  const auto finish = [&](const auto& stored) {
    photo.metadata = Metadata::read(file, name);
    photo.pixels = upright(stored, picture.size(), photo.metadata.orientation());
  };
  if (picture.is_deep()) {
    finish(picture.load_16_bit());
  } else {
    finish(picture.load_8_bit());
  }
  return photo;
}

}  // namespace colourize::photo
