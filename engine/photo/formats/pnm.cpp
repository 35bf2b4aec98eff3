// Binary PNM (netpbm's PGM and PPM, "P5" and "P6"), read by ourselves: stb_image leaves 16-bit samples in the file's
// byte order and takes any largest value for 255 or 65535.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>
#include <optional>

#include "engine/photo/formats/format.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "PNM"sv;
constexpr std::array extensions{".pnm"sv, ".pgm"sv, ".ppm"sv};

// The header's numbers, one after another, with white space and comments before each.
class HeaderReader {
 public:
  HeaderReader(std::span<const std::byte> file, std::size_t place) : file_(file), place_(place) {}

  std::size_t place() const { return place_; }
  int at_place() const { return place_ < file_.size() ? std::to_integer<int>(file_[place_]) : 0; }

  // Nothing where there is no number, or one of more than nine digits.
  std::optional<int> number() {
    while (std::isspace(at_place()) != 0 || at_place() == '#') {
      const bool comment = at_place() == '#';
      ++place_;
      while (comment && place_ < file_.size() && at_place() != '\n' && at_place() != '\r') ++place_;
    }
    constexpr int most_digits = 9;
    int value = 0;
    int digits = 0;
    for (; std::isdigit(at_place()) != 0; ++place_, ++digits) {
      if (digits == most_digits) return {};
      value = 10 * value + (at_place() - '0');
    }
    return digits > 0 ? std::optional(value) : std::nullopt;
  }

 private:
  std::span<const std::byte> file_;
  std::size_t place_;
};

struct Header {
  int width;
  int height;
  int channels;      // 1 or 3
  unsigned largest;  // the value of white, 1 to 65535; above 255 a sample has two bytes, the higher one first
  std::size_t data;  // where the samples begin
};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return file.size() >= 2 && file[0] == std::byte{'P'} && (file[1] == std::byte{'5'} || file[1] == std::byte{'6'});
}

Header read_header(std::span<const std::byte> file, const std::string& name) {
  constexpr int largest_allowed = 65535;
  const bool colour = file.size() > 1 && file[1] == std::byte{'6'};
  HeaderReader reader(file, 2);
  const auto width = reader.number();
  const auto height = reader.number();
  const auto largest = reader.number();
  if (!width || !height || !largest || *width < 1 || *height < 1 || *largest < 1 || *largest > largest_allowed) {
    refuse_damaged(name, name_of_format, "impossible header");
  }
  // Exactly one character of white space stands before the samples.
  return {*width, *height, colour ? 3 : 1, static_cast<unsigned>(*largest), reader.place() + 1};
}

StoredSize size_of(const Header& header) {
  return {header.width, header.height, header.channels, header.largest > UINT8_MAX ? 16 : 8};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  return size_of(read_header(file, name));
}

// White at the type's largest value. `from` holds all samples of the row.
template <typename Sample>
void read_row(std::span<const std::byte> from, unsigned largest, std::span<Sample> to) {
  constexpr std::uint32_t full = std::numeric_limits<Sample>::max();
  const std::byte* next = from.data();
  for (Sample& sample : to) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < sizeof(Sample); ++i) value = value << 8U | std::to_integer<std::uint32_t>(*next++);
    sample = static_cast<Sample>((std::min(value, largest) * full + largest / 2) / largest);
  }
}

template <typename Sample>
StoredPicture load_samples(std::span<const std::byte> file, const Header& header, const std::string& name,
                           Damage damage) {
  const auto samples = file.subspan(std::min(header.data, file.size()));
  const std::size_t row_bytes =
      static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.channels) * sizeof(Sample);
  const auto rows = static_cast<int>(std::min(samples.size() / row_bytes, static_cast<std::size_t>(header.height)));
  // Before memory is taken.
  constexpr auto reason = "it ends before its picture does";
  if (rows == 0) refuse_damaged(name, name_of_format, reason);
  if (rows < header.height && damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
  Raster<Sample> raster(header.width, header.height, header.channels);
  for (int y = 0; y < rows; ++y) {
    read_row(samples.subspan(static_cast<std::size_t>(y) * row_bytes, row_bytes), header.largest, raster.row(y));
  }
  if (rows == header.height) return {std::move(raster), {}};
  leave_grey(raster, rows);
  return {std::move(raster), Salvage{.rows = header.height, .missing_rows = header.height - rows, .cut_short = true}};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& /*warn*/) {
  const Header header = read_header(file, name);
  return size_of(header).bits == 16 ? load_samples<std::uint16_t>(file, header, name, damage)
                                    : load_samples<std::uint8_t>(file, header, name, damage);
}

}  // namespace

namespace formats {
extern const PictureFormat pnm{name_of_format, extensions, {}, recognises, size, load, nullptr, nullptr};
}  // namespace formats

}  // namespace colourize::photo
