#include "engine/photo/pnm.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <limits>

namespace colourize::photo {
namespace {

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

}  // namespace

std::optional<PnmHeader> read_pnm_header(std::span<const std::byte> file) {
  constexpr int largest_allowed = 65535;
  if (file.size() < 3 || file[0] != std::byte{'P'}) return {};
  const bool colour = file[1] == std::byte{'6'};
  HeaderReader reader(file, 2);
  const auto width = reader.number();
  const auto height = reader.number();
  const auto largest = reader.number();
  if (!width || !height || !largest || *width < 1 || *height < 1 || *largest < 1 || *largest > largest_allowed)
    return {};
  // Exactly one character of white space stands before the samples.
  return PnmHeader{*width, *height, colour ? 3 : 1, static_cast<unsigned>(*largest), reader.place() + 1};
}

template <typename Sample>
bool read_pnm_samples(std::span<const std::byte> file, const PnmHeader& header, std::span<Sample> to) {
  constexpr std::uint32_t full = std::numeric_limits<Sample>::max();
  if (header.data > file.size() || (file.size() - header.data) / sizeof(Sample) < to.size()) return false;
  const std::byte* from = file.data() + header.data;
  for (Sample& sample : to) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < sizeof(Sample); ++i) value = value << 8U | std::to_integer<std::uint32_t>(*from++);
    sample = static_cast<Sample>((std::min(value, header.largest) * full + header.largest / 2) / header.largest);
  }
  return true;
}

template bool read_pnm_samples(std::span<const std::byte>, const PnmHeader&, std::span<std::uint8_t>);
template bool read_pnm_samples(std::span<const std::byte>, const PnmHeader&, std::span<std::uint16_t>);

}  // namespace colourize::photo
