#include "engine/photo/formats/dpx_header.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/stored_number.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "DPX"sv;
constexpr std::uint32_t undefined = 0xFFFFFFFF;

class Fields {
 public:
  Fields(std::span<const std::byte> file, std::endian order, const std::string& name)
      : file_(file), order_(order), name_(name) {}

  std::uint32_t number(std::size_t at, std::size_t bytes = 4) const {
    const auto value = stored_number(file_, at, bytes, order_);
    if (!value) refuse_damaged(name_, name_of_format, "it ends in its header");
    return *value;
  }
  // Up to its first zero; 0xFF is what is undefined.
  std::string text(std::size_t at, std::size_t length) const {
    std::string result(as_text(file_.subspan(std::min(at, file_.size()))).substr(0, length));
    result.resize(std::min(result.find('\0'), result.size()));
    const bool printable = std::ranges::all_of(result, [](char c) { return c >= ' ' && c <= '~'; });
    return printable ? result : "";
  }

 private:
  std::span<const std::byte> file_;
  std::endian order_;
  const std::string& name_;
};

[[noreturn]] void refuse_kind(const std::string& name, const std::string& kind) {
  throw Error(ErrorKind::unsupported, name, "is a DPX " + kind + ", which cannot be read", "convert it to a TIFF");
}

// Table 1: luma, R G B, R G B A, A B G R.
void read_channels(const Fields& fields, DpxHeader& header, const std::string& name) {
  constexpr std::size_t descriptor_at = 800;
  const std::uint32_t descriptor = fields.number(descriptor_at, 1);
  switch (descriptor) {
    case 6:
      header.channels = 1;
      return;
    case 50:
      header.channels = 3;
      return;
    case 51:
    case 52:
      header.channels = 4;
      header.reversed = descriptor == 52;
      return;
    default:
      refuse_kind(name, fmt::format("whose samples are of kind {} (SMPTE 268M, table 1)", descriptor));
  }
}

std::size_t words(std::size_t parts, std::size_t of_word, std::size_t word_bytes) {
  return (parts + of_word - 1) / of_word * word_bytes;
}

// How long a row is, without what the header says follows it. Rows of whole words of 32 bits, as the standard has it.
std::size_t row_bytes_of(const DpxHeader& header) {
  const std::size_t samples = static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.channels);
  if (header.packing == DpxHeader::Packing::packed) return words(samples * header.bits, 32, 4);
  return header.bits == 10 ? words(samples, 3, 4) : words(samples, 2, 4);
}

void read_samples(const Fields& fields, DpxHeader& header, const std::string& name) {
  constexpr std::size_t sign_at = 780;
  constexpr std::size_t bits_at = 803;
  constexpr std::size_t packing_at = 804;
  constexpr std::size_t encoding_at = 806;
  header.bits = fields.number(bits_at, 1);
  const std::uint32_t packing = fields.number(packing_at, 2);
  if (fields.number(sign_at) == 1) refuse_kind(name, "of signed samples");
  if (fields.number(encoding_at, 2) == 1) refuse_kind(name, "with run lengths");
  constexpr std::array depths{8U, 10U, 12U, 16U};
  if (std::ranges::find(depths, header.bits) == depths.end()) {
    refuse_kind(name, fmt::format("of {} bits a sample", header.bits));
  }
  const bool has_gaps = header.bits == 10 || header.bits == 12;
  if (packing > 2) refuse_damaged(name, name_of_format, "impossible header");
  if (has_gaps && packing == 1) header.packing = DpxHeader::Packing::filled_high;
  if (has_gaps && packing == 2) header.packing = DpxHeader::Packing::filled_low;
}

void read_size(std::span<const std::byte> file, const Fields& fields, DpxHeader& header, const std::string& name) {
  constexpr std::size_t data_at = 4;
  constexpr std::size_t width_at = 772;
  constexpr std::size_t height_at = 776;
  constexpr std::size_t element_data_at = 808;
  constexpr std::size_t row_gap_at = 812;
  constexpr auto most = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max() / 16);
  const std::uint32_t width = fields.number(width_at);
  const std::uint32_t height = fields.number(height_at);
  if (width < 1 || height < 1 || width > most || height > most) refuse_damaged(name, name_of_format, "impossible size");
  header.width = static_cast<int>(width);
  header.height = static_cast<int>(height);
  const std::uint32_t of_element = fields.number(element_data_at);
  header.data = of_element != 0 && of_element != undefined ? of_element : fields.number(data_at);
  if (header.data > file.size()) refuse_damaged(name, name_of_format, "it ends before its picture does");
  const std::size_t available = file.size() - header.data;
  const std::uint32_t gap = fields.number(row_gap_at);
  header.row_bytes = row_bytes_of(header) + (gap == undefined ? 0 : gap);
  // Some programs let rows of bytes follow each other without filling up the last word. Then the file, which is as long
  // as it says, ends where the last row does.
  constexpr std::size_t file_size_at = 16;
  const std::uint32_t stated = fields.number(file_size_at);
  const bool whole_file = stated == undefined || stated <= file.size();
  const std::size_t bytes =
      static_cast<std::size_t>(width) * static_cast<std::size_t>(header.channels) * (header.bits == 16 ? 2 : 1);
  const bool whole_bytes = header.bits == 8 || header.bits == 16;
  if (whole_bytes && whole_file && gap == undefined && available == bytes * height) header.row_bytes = bytes;
  header.rows = static_cast<int>(std::min<std::size_t>(available / header.row_bytes, height));
}

// Table 2 of the standard, as Exif's value.
void read_orientation(const Fields& fields, DpxHeader& header) {
  constexpr std::size_t orientation_at = 768;
  constexpr std::array exif{1, 2, 4, 3, 5, 6, 8, 7};
  const std::uint32_t value = fields.number(orientation_at, 2);
  header.orientation = value < exif.size() ? exif.at(value) : 1;
}

// The width and the height of a pixel, to each other.
void read_density(const Fields& fields, DpxHeader& header) {
  constexpr std::size_t width_at = 1628;
  constexpr std::size_t height_at = 1632;
  const std::uint32_t width = fields.number(width_at);
  const std::uint32_t height = fields.number(height_at);
  const bool stated = width != 0 && height != 0 && width != undefined && height != undefined && width != height;
  if (stated) header.density = Density{static_cast<double>(height), static_cast<double>(width), Density::Unit::none};
}

void read_facts(const Fields& fields, DpxHeader& header) {
  header.creator = fields.text(160, 100);
  struct Words {
    const char* name;
    std::size_t at;
    std::size_t length;
  };
  for (const auto& [fact, at, length] :
       {Words{"project", 260, 200}, Words{"copyright", 460, 200}, Words{"input device", 1556, 32},
        Words{"film code", 1664, 16}, Words{"frame's name", 1732, 32}, Words{"slate", 1764, 100}}) {
    if (!fields.text(at, length).empty()) header.facts.emplace_back(fact);
  }
  constexpr std::size_t time_code_at = 1920;
  constexpr std::size_t film_rate_at = 1724;
  constexpr std::size_t video_rate_at = 1940;
  if (fields.number(time_code_at) != undefined && fields.number(time_code_at) != 0) {
    header.facts.emplace_back("time code");
  }
  for (const std::size_t at : {film_rate_at, video_rate_at}) {
    const auto rate = std::bit_cast<float>(fields.number(at));
    if (!std::isnormal(rate) || rate < 0) continue;
    header.facts.emplace_back("frame rate");
    break;
  }
}

}  // namespace

bool is_dpx(std::span<const std::byte> file) {
  return as_text(file).starts_with("SDPX"sv) || as_text(file).starts_with("XPDS"sv);
}

DpxHeader read_dpx_header(std::span<const std::byte> file, const std::string& name) {
  constexpr std::size_t length = 2048;
  if (!is_dpx(file) || file.size() < length) refuse_damaged(name, name_of_format, "it ends in its header");
  DpxHeader header;
  header.order = as_text(file).starts_with("SDPX"sv) ? std::endian::big : std::endian::little;
  const Fields fields(file, header.order, name);
  constexpr std::size_t transfer_at = 801;
  header.transfer = fields.number(transfer_at, 1);
  read_channels(fields, header, name);
  read_samples(fields, header, name);
  read_size(file, fields, header, name);
  read_orientation(fields, header);
  read_density(fields, header);
  read_facts(fields, header);
  return header;
}

DpxSummary summary_of_dpx(std::span<const std::byte> header, const std::string& name) {
  const std::endian order = as_text(header).starts_with("SDPX"sv) ? std::endian::big : std::endian::little;
  const Fields fields(header, order, name);
  DpxHeader of_transfer;
  of_transfer.transfer = fields.number(801, 1);
  return {order, fields.number(803, 1), stated_transfer(of_transfer)};
}

// Table 5A.
std::optional<FilmTransfer> stated_transfer(const DpxHeader& header) {
  switch (header.transfer) {
    case 1:  // printing density
    case 3:  // logarithmic
      return FilmTransfer::log;
    case 2:
      return FilmTransfer::linear;
    case 4:  // unspecified video
    case 5:  // SMPTE 274M
    case 6:  // BT.709
    case 7:  // BT.601 of 625 lines
    case 8:  // of 525 lines
      return FilmTransfer::video;
    default:
      return {};
  }
}

}  // namespace colourize::photo
