// TGA (Truevision TGA 2.0), by stb_image.
#include <algorithm>
#include <array>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/stb_reader.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "TGA"sv;
constexpr std::array extensions{".tga"sv};

// It has no mark; but its second byte tells whether it has a colour map (0 or 1), and its third what its pixels are:
// with a colour map, RGB or grey, and 8 more where they are run-length coded.
bool recognises(std::span<const std::byte> file, std::string_view extension) {
  if (extension != extensions.front() || file.size() < 3) return false;
  const auto pixels = std::to_integer<unsigned>(file[2]);
  return std::to_integer<unsigned>(file[1]) <= 1 && ((pixels >= 1 && pixels <= 3) || (pixels >= 9 && pixels <= 11));
}

// "Image Descriptor", field 5.6: whether the first pixel of a row is its right one. stb_image does not look at it.
bool begins_at_the_right(std::span<const std::byte> file) {
  constexpr std::size_t descriptor_at = 17;
  constexpr unsigned right = 0x10;
  return file.size() > descriptor_at && (std::to_integer<unsigned>(file[descriptor_at]) & right) != 0;
}

template <typename Sample>
void mirror(Raster<Sample>& raster) {
  const auto channels = static_cast<std::size_t>(raster.channels);
  for (int y = 0; y < raster.height; ++y) {
    const auto row = raster.row(y);
    for (std::size_t left = 0, right = row.size(); left + channels < right; left += channels) {
      right -= channels;
      std::swap_ranges(row.data() + left, row.data() + left + channels, row.data() + right);
    }
  }
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  return stb_size(file, name, name_of_format);
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage /*damage*/, const Warn& /*warn*/) {
  StoredPicture picture = stb_picture(file, name, name_of_format, size(file, name));
  if (begins_at_the_right(file)) std::visit([](auto& raster) { mirror(raster); }, picture.pixels);
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat tga{name_of_format, extensions, {}, recognises, size, load, nullptr};
}  // namespace formats

}  // namespace colourize::photo
