// DPX (SMPTE 268M-2003): a frame of a scanned film.
#include <fmt/core.h>

#include <array>
#include <string>

#include "engine/photo/formats/dpx_header.h"
#include "engine/photo/formats/dpx_writer.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/formats/stored_number.h"
#include "engine/photo/formats/whole_numbers.h"
#include "system/lists.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "DPX"sv;
constexpr std::array extensions{".dpx"sv};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return is_dpx(file);
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  const DpxHeader header = read_dpx_header(file, name);
  return {header.width, header.height, header.channels, header.bits == 8 ? 8 : 16};
}

// The numbers of one row, in their order.
class Row {
 public:
  Row(const DpxHeader& header, std::span<const std::byte> bytes) : header_(header), bytes_(bytes) {}

  std::uint32_t number(std::size_t i) const {
    if (header_.bits == 8) return std::to_integer<std::uint32_t>(bytes_[i]);
    if (header_.bits == 16) return word(2 * i, 2);
    if (header_.packing == DpxHeader::Packing::packed) return packed(i);
    if (header_.bits == 10) return of_three(i);
    constexpr unsigned gap = 4;
    return header_.packing == DpxHeader::Packing::filled_high ? word(2 * i, 2) >> gap : word(2 * i, 2) & 0xFFFU;
  }

 private:
  std::uint32_t word(std::size_t at, std::size_t bytes) const {
    return stored_number(bytes_, at, bytes, header_.order).value_or(0);
  }

  // Of colours, the first is in the highest bits; of luma, in the lowest, as FFmpeg reads it.
  std::uint32_t of_three(std::size_t i) const {
    const auto place = static_cast<unsigned>(header_.channels == 1 ? i % 3 : 2 - i % 3);
    const unsigned gap = header_.packing == DpxHeader::Packing::filled_high ? 2 : 0;
    return word(i / 3 * 4, 4) >> (10 * place + gap) & 0x3FFU;
  }

  // From the lowest bit of words of 32 bits, some of which a number begins and the next ends.
  std::uint32_t packed(std::size_t i) const {
    constexpr std::size_t word_bits = 32;
    const std::size_t bit = i * header_.bits;
    const std::size_t at = bit / word_bits * 4;
    const std::uint64_t both = std::uint64_t{word(at + 4, 4)} << word_bits | word(at, 4);
    return static_cast<std::uint32_t>(both >> (bit % word_bits)) & ((1U << header_.bits) - 1);
  }

  const DpxHeader& header_;
  std::span<const std::byte> bytes_;
};

template <typename Sample>
Raster<Sample> raster_of(const DpxHeader& header, std::span<const std::byte> file) {
  Raster<Sample> raster(header.width, header.height, header.channels);
  const std::uint64_t largest = (std::uint64_t{1} << header.bits) - 1;
  const auto channels = static_cast<std::size_t>(header.channels);
  for (int y = 0; y < header.rows; ++y) {
    const std::size_t at = header.data + static_cast<std::size_t>(y) * header.row_bytes;
    const Row row(header, file.subspan(at, header.row_bytes));
    const auto to = raster.row(y);
    for (std::size_t i = 0; i < to.size(); ++i) {
      const std::size_t from = header.reversed ? i - i % channels + (channels - 1 - i % channels) : i;
      to[i] = scaled_number<Sample>(row.number(from), largest);
    }
  }
  leave_grey(raster, header.rows);
  return raster;
}

void warn_of_what_is_left_out(const DpxHeader& header, std::span<const std::byte> file, const std::string& name,
                              const Warn& warn) {
  constexpr std::size_t elements_at = 770;
  const std::uint32_t elements = stored_number(file, elements_at, 2, header.order).value_or(1);
  if (elements > 1) warn(fmt::format("{}: has {} parts, of which the first one is read", name, elements));
  if (!header.facts.empty()) {
    warn(fmt::format("{}: only another DPX can hold what its header says of the film: {}", name,
                     listed(header.facts, "and")));
  }
  const bool by_ffmpeg = header.creator.starts_with("Lav");
  if (by_ffmpeg && stated_transfer(header) == FilmTransfer::linear) {
    warn(name + ": says that it is linear, and that FFmpeg made it, which says so of every DPX; it may be video");
  }
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  const DpxHeader header = read_dpx_header(file, name);
  if (header.rows < header.height) {
    constexpr auto reason = "it ends before its picture does";
    if (header.rows == 0) refuse_damaged(name, name_of_format, reason);
    if (damage == Damage::refuse) refuse_incomplete(name, name_of_format, reason);
  }
  warn_of_what_is_left_out(header, file, name, warn);
  StoredPicture picture;
  if (header.bits == 8) {
    picture.pixels = raster_of<std::uint8_t>(header, file);
  } else {
    picture.pixels = raster_of<std::uint16_t>(header, file);
  }
  if (header.rows < header.height) {
    picture.salvage = Salvage{.rows = header.height, .missing_rows = header.height - header.rows, .cut_short = true};
  }
  const auto first = file.first(2048);  // as read_dpx_header() asks
  picture.film = FilmNumbers{stated_transfer(header), header.transfer, {first.begin(), first.end()}};
  picture.density = header.density;
  picture.orientation = header.orientation;
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat dpx{.name = name_of_format,
                               .extensions = extensions,
                               .output_extensions = extensions,
                               .recognises = recognises,
                               .size = size,
                               .load = load,
                               .save = save_dpx};
}  // namespace formats

}  // namespace colourize::photo
