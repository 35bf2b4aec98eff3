#include "engine/photo/formats/png_chunks.h"

#include <cmath>

namespace colourize::photo {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: the same bytes by another name
}

// Numbers of both chunks are whole, in units of 1 / 100,000.
constexpr double unit = 100'000;

// The exponent of decoding; 0 where none is stated that makes sense, of which libpng has the same idea.
std::optional<double> gamma_of(std::span<const std::byte> file) {
  constexpr std::uint32_t least = 1'000;
  constexpr std::uint32_t largest = 10'000'000;
  const auto chunk = find_png_chunk(file, "gAMA");
  if (!chunk || chunk->size() != 4) return {};
  const std::uint32_t number = png_number(*chunk, 0);
  if (number < least || number > largest) return {};
  return unit / number;
}

bool is_srgb_gamma(double gamma) {
  constexpr double srgb = 2.2;
  constexpr double tolerance = 0.05;
  return std::abs(gamma / srgb - 1) <= tolerance;
}

std::optional<StatedColours::Primaries> primaries_of(std::span<const std::byte> file) {
  constexpr std::size_t numbers = 8;
  const auto chunk = find_png_chunk(file, "cHRM");
  if (!chunk || chunk->size() != 4 * numbers) return {};
  const auto point = [&](std::size_t index) {
    return StatedColours::Point{png_number(*chunk, 8 * index) / unit, png_number(*chunk, 8 * index + 4) / unit};
  };
  return StatedColours::Primaries{.white = point(0), .red = point(1), .green = point(2), .blue = point(3)};
}

}  // namespace

std::uint32_t png_number(std::span<const std::byte> file, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t i = place; i < place + 4; ++i) value = value << 8U | std::to_integer<std::uint32_t>(file[i]);
  return value;
}

// A chunk is its length, its kind, its data and a checksum (5.3).
void for_each_png_chunk(std::span<const std::byte> file, const std::function<bool(const PngChunk&)>& visit) {
  constexpr std::size_t around_data = 12;
  for (std::size_t place = png_mark.size(); place + around_data <= file.size();) {
    const std::size_t length = png_number(file, place);
    if (length > file.size() - place - around_data) return;
    const PngChunk chunk{.place = place,
                         .kind = text_of(file.subspan(place + 4, 4)),
                         .data = file.subspan(place + 8, length),
                         .checksum = png_number(file, place + 8 + length)};
    if (!visit(chunk)) return;
    place += around_data + length;
  }
}

std::optional<std::span<const std::byte>> find_png_chunk(std::span<const std::byte> file, std::string_view kind) {
  std::optional<std::span<const std::byte>> found;
  for_each_png_chunk(file, [&](const PngChunk& chunk) {
    if (chunk.kind == kind) found = chunk.data;
    return !found && chunk.kind != "IDAT" && chunk.kind != "IEND";
  });
  return found;
}

// 11.3.4.3: two numbers, and 1 where they are for a metre.
std::optional<Density> png_density(std::span<const std::byte> file) {
  const auto chunk = find_png_chunk(file, "pHYs");
  if (!chunk || chunk->size() != 9) return {};
  const std::uint32_t horizontal = png_number(*chunk, 0);
  const std::uint32_t vertical = png_number(*chunk, 4);
  const auto measure = std::to_integer<unsigned>((*chunk)[8]);
  if (horizontal == 0 || vertical == 0 || measure > 1) return {};
  return Density{static_cast<double>(horizontal), static_cast<double>(vertical),
                 measure == 1 ? Density::Unit::metre : Density::Unit::none};
}

std::uint32_t png_other_frames(std::span<const std::byte> file) {
  constexpr std::size_t control_size = 8;  // how many frames, how many times they are played
  const auto control = find_png_chunk(file, "acTL");
  if (!control || control->size() != control_size) return 0;
  const std::uint32_t frames = png_number(*control, 0);
  return frames > 0 && find_png_chunk(file, "fcTL") ? frames - 1 : frames;
}

std::optional<StatedColours> png_colours(std::span<const std::byte> file) {
  if (find_png_chunk(file, "iCCP") || find_png_chunk(file, "sRGB")) return {};
  StatedColours stated{.gamma = gamma_of(file), .primaries = primaries_of(file)};
  if (stated.gamma && is_srgb_gamma(*stated.gamma)) stated.gamma.reset();
  if (!stated.gamma && !stated.primaries) return {};
  return stated;
}

}  // namespace colourize::photo
