// JPEG 2000 (ISO/IEC 15444-1 and what is usual of 15444-2), by OpenJPEG. Its boxes are read by our code.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "engine/photo/box_metadata.h"
#include "engine/photo/formats/alpha.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/formats/inks.h"
#include "engine/photo/formats/jpeg_2000_layout.h"
#include "engine/photo/formats/jpeg_2000_picture.h"
#include "engine/photo/formats/jpeg_2000_writer.h"
#include "engine/photo/formats/stored_number.h"
#include "engine/photo/formats/whole_numbers.h"
#include "system/error.h"
#include "system/lists.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "JPEG 2000"sv;
constexpr std::array extensions{".jp2"sv, ".j2k"sv, ".j2c"sv, ".jpf"sv, ".jpx"sv};
constexpr std::array output_extensions{".jp2"sv};

using Layout = Jpeg2000Layout;

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return is_jpeg_2000_file(file) || is_jpeg_2000_codestream(file);
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  if (!recognises(file, {})) refuse_damaged(name, name_of_format, nullptr);
  return read_jpeg_2000_layout(file, name).stored_size();
}

// One channel's numbers along a row of the picture. Where its component has fewer samples, each stands for several
// pixels.
class ChannelRow {
 public:
  ChannelRow(const Layout& layout, const Layout::Channel& channel, const opj_image_t& picture)
      : layout_(layout), channel_(channel), component_(picture.comps[channel.component]) {
    const auto least = [&](auto member) { return std::ranges::min(layout.components, {}, member).*member; };
    const Layout::Component& stated = layout.components[channel.component];
    across_ = static_cast<double>(least(&Layout::Component::horizontal)) / stated.horizontal;
    down_ = static_cast<double>(least(&Layout::Component::vertical)) / stated.vertical;
    const unsigned bits = channel.column ? layout.palette->bits[*channel.column] : stated.bits;
    largest_ = (1 << static_cast<int>(bits)) - 1;
    offset_ = stated.with_sign ? 1 << static_cast<int>(stated.bits - 1) : 0;
  }

  int largest() const { return largest_; }

  // 0 to largest().
  int number(int x, int y) const {
    const auto place = [](double factor, int i, OPJ_UINT32 count) {
      return std::min(static_cast<std::size_t>(factor * i), std::size_t{count} - 1);
    };
    const std::size_t column = place(across_, x, component_.w);
    const std::size_t row = place(down_, y, component_.h);
    const std::int64_t stored = std::int64_t{component_.data[row * component_.w + column]} + offset_;
    if (!channel_.column) return static_cast<int>(std::clamp<std::int64_t>(stored, 0, largest_));
    const auto& palette = *layout_.palette;
    const auto entry =
        static_cast<std::size_t>(std::clamp<std::int64_t>(stored, 0, static_cast<std::int64_t>(palette.rows()) - 1));
    return palette.values[entry * palette.bits.size() + *channel_.column];
  }

 private:
  const Layout& layout_;
  const Layout::Channel& channel_;
  const opj_image_comp_t& component_;
  double across_ = 1;
  double down_ = 1;
  int largest_ = 1;
  std::int64_t offset_ = 0;
};

// What OpenJPEG decoded is what the headers stated.
bool fits(const Layout& layout, const opj_image_t& picture) {
  if (picture.numcomps != layout.components.size()) return false;
  for (std::size_t i = 0; i < layout.components.size(); ++i) {
    const opj_image_comp_t& component = picture.comps[i];
    if (component.data == nullptr || component.w < 1 || component.h < 1) return false;
    if (component.prec != layout.components[i].bits) return false;
    const auto has = [](OPJ_UINT32 samples, int pixels) { return samples >= static_cast<OPJ_UINT32>(pixels); };
    const auto least = [&](auto member) { return std::ranges::min(layout.components, {}, member).*member; };
    if (component.dx == least(&Layout::Component::horizontal) && !has(component.w, layout.width)) return false;
    if (component.dy == least(&Layout::Component::vertical) && !has(component.h, layout.height)) return false;
  }
  return true;
}

// Full-range YCC of BT.601 (sYCC: IEC 61966-2-1, annex F), of samples of 0 to `white`.
template <typename Sample>
void to_rgb(std::array<Sample, 4>& pixel) {
  constexpr double white = std::numeric_limits<Sample>::max();
  constexpr double middle = (white + 1) / 2;
  const double y = pixel[0];
  const double cb = pixel[1] - middle;
  const double cr = pixel[2] - middle;
  const std::array<double, 3> rgb{y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb};
  for (std::size_t c = 0; c < rgb.size(); ++c) {
    pixel.at(c) = static_cast<Sample>(std::lround(std::clamp(rgb.at(c), 0.0, white)));
  }
}

template <typename Sample>
Raster<Sample> raster_of(const Layout& layout, const opj_image_t& picture, const InkConversion* ink) {
  const StoredSize size = layout.stored_size();
  Raster<Sample> raster(size.width, size.height, size.channels);
  std::vector<ChannelRow> channels;
  for (const Layout::Channel& channel : layout.channels) channels.emplace_back(layout, channel, picture);
  const auto stored = static_cast<std::size_t>(size.channels);
  std::vector<Sample> inverted(ink != nullptr ? inks * static_cast<std::size_t>(size.width) : 0);
  for (int y = 0; y < size.height; ++y) {
    Sample* to = raster.row(y).data();
    for (int x = 0; x < size.width; ++x) {
      std::array<Sample, 4> pixel{};
      for (std::size_t c = 0; c < channels.size(); ++c) {
        pixel.at(c) = scaled_number<Sample>(static_cast<std::uint64_t>(channels[c].number(x, y)),
                                            static_cast<std::uint64_t>(channels[c].largest()));
      }
      if (layout.colours == Layout::Colours::ycc) to_rgb(pixel);
      if (ink != nullptr) {
        for (std::size_t c = 0; c < inks; ++c) {
          inverted[inks * static_cast<std::size_t>(x) + c] =
              static_cast<Sample>(std::numeric_limits<Sample>::max() - pixel.at(c));
        }
      } else {
        for (std::size_t c = 0; c < stored; ++c) *to++ = pixel.at(c);
      }
    }
    if (ink != nullptr) ink->run<Sample>(inverted, raster.row(y));
  }
  if (layout.multiplied && layout.alpha) divide_by_alpha(raster);
  return raster;
}

const Box* find(std::span<const Box> boxes, std::string_view type) {
  const auto found = std::ranges::find(boxes, type, &Box::type);
  return found == boxes.end() ? nullptr : &*found;
}

// The box colr's profile, I.5.3.3 and ISO/IEC 15444-2, M.11.7.3.
std::span<const std::byte> profile_of(const Layout& layout) {
  constexpr std::size_t profile_at = 3;
  const Box* colour = find(layout.header_boxes, "colr");
  if (colour == nullptr || colour->content.size() <= profile_at) return {};
  const auto method = std::to_integer<int>(colour->content[0]);
  return method == 2 || method == 3 ? colour->content.subspan(profile_at) : std::span<const std::byte>();
}

// The boxes resc (of the scan) or else resd (to show it with), I.5.3.7: two fractions, rows first, and their powers of
// ten, for a metre.
std::optional<Density> density_of(const Layout& layout) {
  const Box* both = find(layout.header_boxes, "res ");
  if (both == nullptr) return {};
  const std::vector<Box> boxes = boxes_in(both->content);
  const Box* box = find(boxes, "resc");
  if (box == nullptr) box = find(boxes, "resd");
  constexpr std::size_t length = 10;
  if (box == nullptr || box->content.size() < length) return {};
  const auto value = [&](std::size_t fraction_at, std::size_t power_at) {
    const double over = *big_endian(box->content, fraction_at, 2);
    const double under = *big_endian(box->content, fraction_at + 2, 2);
    const auto power = static_cast<std::int8_t>(std::to_integer<int>(box->content[power_at]));
    return under > 0 ? over / under * std::pow(10.0, power) : 0.0;
  };
  const double vertical = value(0, 8);
  const double horizontal = value(4, 9);
  if (!(horizontal > 0 && vertical > 0)) return {};
  return Density{horizontal, vertical, Density::Unit::metre};
}

void warn_of_what_is_left_out(const Layout& layout, const std::string& name, const Warn& warn) {
  if (layout.further > 0) {
    warn(fmt::format("{}: {} further {} left out", name, layout.further,
                     layout.further == 1 ? "channel is" : "channels are"));
  }
  constexpr std::array known{"jP  "sv, "ftyp"sv, "jp2h"sv, "jp2c"sv, "free"sv, "rreq"sv};
  std::vector<std::string> left_out;
  for (const Box& box : layout.boxes) {
    if (std::ranges::find(known, box.type) != known.end() || is_jpeg_2000_metadata(box)) continue;
    const bool printable = std::ranges::all_of(box.type, [](char c) { return c >= ' ' && c <= '~'; });
    std::string type = printable ? std::string(box.type) : "?";
    type.resize(std::min(type.find_last_not_of(' ') + 1, type.size()));
    if (std::ranges::find(left_out, type) == left_out.end()) left_out.push_back(std::move(type));
  }
  if (!left_out.empty()) {
    warn(fmt::format("{}: what other programs keep in it is left out: {} {}", name,
                     left_out.size() == 1 ? "the box" : "the boxes", listed(left_out, "and")));
  }
  const auto pictures = std::ranges::count(layout.boxes, "jp2c"sv, &Box::type);
  if (pictures > 1) warn(fmt::format("{}: has {} pictures, of which the first one is read", name, pictures));
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  if (!recognises(file, {})) refuse_damaged(name, name_of_format, nullptr);
  const Layout layout = read_jpeg_2000_layout(file, name);
  DecodedJpeg2000 decoded;
  if (layout.whole) decoded = decode_jpeg_2000(layout.codestream, true);
  const bool sound = decoded.picture != nullptr && fits(layout, *decoded.picture);
  if (!sound) {
    std::vector<std::byte> part(layout.codestream.begin(), layout.codestream.end());
    // A length of 0 goes to the end (A.4.2).
    if (layout.length_of_cut_tile)
      std::fill_n(part.begin() + static_cast<std::ptrdiff_t>(*layout.length_of_cut_tile), 4, std::byte{0});
    decoded = decode_jpeg_2000(part, false);
    const std::string reason = layout.whole ? decoded.message : "it ends before its picture does";
    if (decoded.picture == nullptr || !fits(layout, *decoded.picture)) {
      refuse_damaged(name, name_of_format, reason.c_str());
    }
    if (damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason.c_str());
  }
  warn_of_what_is_left_out(layout, name, warn);
  const auto profile = profile_of(layout);
  const InkConversion ink(profile);
  const bool has_inks = layout.colours == Layout::Colours::inks;
  if (has_inks) ink.warn_of(name, warn);
  const InkConversion* conversion = has_inks ? &ink : nullptr;
  StoredPicture picture;
  if (layout.deep) {
    picture.pixels = raster_of<std::uint16_t>(layout, *decoded.picture, conversion);
  } else {
    picture.pixels = raster_of<std::uint8_t>(layout, *decoded.picture, conversion);
  }
  if (!sound) picture.salvage = Salvage{.rows = layout.height, .missing_rows = 0, .cut_short = !layout.whole};
  picture.profile.assign(profile.begin(), profile.end());
  if (has_inks && ink.by_profile()) picture.profile = srgb_profile();
  picture.density = density_of(layout);
  picture.metadata = jpeg_2000_metadata(layout.boxes);
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat jpeg_2000{.name = name_of_format,
                                     .extensions = extensions,
                                     .output_extensions = output_extensions,
                                     .recognises = recognises,
                                     .size = size,
                                     .load = load,
                                     .save = save_jpeg_2000};
}  // namespace formats

}  // namespace colourize::photo
