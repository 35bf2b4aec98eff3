// PFM: floating-point samples in rows from bottom to top, as netpbm's manual has it (pfm(5)).
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/photo/formats/float_samples.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/formats/pnm_words.h"
#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "PFM"sv;
constexpr std::array extensions{".pfm"sv};

struct Header {
  int width;
  int height;
  int channels;       // 1 or 3
  std::endian order;  // of a sample's four bytes
  float scale;        // above 0; a sample is divided by it
  std::size_t data;   // where the samples begin
};

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return file.size() >= 3 && file[0] == std::byte{'P'} && (file[1] == std::byte{'F'} || file[1] == std::byte{'f'}) &&
         std::isspace(std::to_integer<int>(file[2])) != 0;
}

std::optional<float> number_in(const std::string& word) {
  float value = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
  if (result.ec != std::errc() || result.ptr != word.data() + word.size()) return {};
  return value;
}

Header read_header(std::span<const std::byte> file, const std::string& name) {
  PnmWords words(file, 2);
  const auto width = words.number();
  const auto height = words.number();
  const auto scale = number_in(words.word());
  const bool sound =
      recognises(file, {}) && width && height && scale && *width >= 1 && *height >= 1 && std::isnormal(*scale);
  if (!sound) refuse_damaged(name, name_of_format, "impossible header");
  return {.width = *width,
          .height = *height,
          .channels = file[1] == std::byte{'F'} ? 3 : 1,
          .order = *scale < 0 ? std::endian::little : std::endian::big,
          .scale = std::abs(*scale),
          .data = words.place() + 1};
}

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  const Header header = read_header(file, name);
  return {header.width, header.height, header.channels, 16};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage /*damage*/, const Warn& warn) {
  const Header header = read_header(file, name);
  const auto data = file.subspan(std::min(header.data, file.size()));
  const std::size_t row_samples = static_cast<std::size_t>(header.width) * static_cast<std::size_t>(header.channels);
  const auto rows =
      static_cast<int>(std::min(data.size() / (row_samples * sizeof(float)), static_cast<std::size_t>(header.height)));
  // Before memory is taken. The rows that are missing are the upper ones, so nothing of such a file is salvaged.
  if (rows < header.height) refuse_damaged(name, name_of_format, "it ends before its picture does");
  std::vector<float> samples(row_samples * static_cast<std::size_t>(header.height));
  for (int y = 0; y < header.height; ++y) {
    const auto to =
        std::span(samples).subspan(static_cast<std::size_t>(header.height - 1 - y) * row_samples, row_samples);
    for (std::size_t i = 0; i < row_samples; ++i) {
      const std::size_t at = (static_cast<std::size_t>(y) * row_samples + i) * sizeof(float);
      to[i] = std::bit_cast<float>(*stored_number(data, at, sizeof(float), header.order)) / header.scale;
    }
  }
  Raster16 raster(header.width, header.height, header.channels);
  to_16_bits(samples, raster.samples, name, warn);
  return {std::move(raster), {}};
}

}  // namespace

namespace formats {
extern const PictureFormat pfm{name_of_format, extensions, {}, recognises, size, load, nullptr};
}  // namespace formats

}  // namespace colourize::photo
