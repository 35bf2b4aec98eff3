// Any bytes are a picture, or an Error with a sentence; nothing else may happen. That goes for each format's own reader
// too, whatever the bytes look like to the others.
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/photo/decode.h"
#include "engine/photo/formats/table.h"
#include "engine/photo/provenance.h"
#include "engine/photo/text.h"
#include "system/error.h"

namespace {

constexpr std::int64_t megapixels = 1;

void expect_pixels(int width, int height) {
  if (width < 1 || height < 1) __builtin_trap();
}

void decode(std::span<const std::byte> file, bool salvage) {
  try {
    // Ending in .tga, so that bytes without a mark of a format are not turned away at the door.
    const auto photo = colourize::photo::decode(file, "fuzz.tga", {.megapixels = megapixels, .salvage = salvage},
                                                colourize::ignore_warnings);
    expect_pixels(photo.width(), photo.height());
    if (const auto provenance = photo.metadata.provenance()) differences(*provenance, {});
    if (photo.salvage && !salvage) __builtin_trap();
  } catch (const colourize::Error& error) {
    if (salvage && error.kind() == colourize::ErrorKind::incomplete) __builtin_trap();
  }
}

void load(const colourize::photo::PictureFormat& format, std::span<const std::byte> file) {
  try {
    const auto size = format.size(file, "fuzz");
    expect_pixels(size.width, size.height);
    constexpr std::int64_t most_pixels = 20'000;  // so that many are tried
    if (static_cast<std::int64_t>(size.width) * size.height > most_pixels) return;
    const auto picture = format.load(file, "fuzz", colourize::photo::Damage::salvage, colourize::ignore_warnings);
    std::visit(
        [&](const auto& raster) {
          const bool as_told = raster.width == size.width && raster.height == size.height &&
                               raster.channels == size.channels &&
                               sizeof(raster.samples[0]) * 8 == static_cast<std::size_t>(size.bits);
          if (!as_told) __builtin_trap();
        },
        picture.pixels);
  } catch (const colourize::Error&) {
    return;
  }
}

// Pages are taken apart, and put together as if they were ours.
void take_apart(const colourize::photo::PictureFormat& format, std::span<const std::byte> file) {
  constexpr int most_pages = 3;
  constexpr std::uint64_t place = 1000;
  try {
    const int pages = format.pages(file);
    for (int i = 0; i < pages && i < most_pages; ++i) {
      const auto page = format.page(file, i, "fuzz");
      if (page.size() != file.size()) __builtin_trap();
      format.place_page(page, place, "fuzz");
    }
    format.largest(file, "fuzz");
  } catch (const colourize::Error&) {
    return;
  }
}

// What these bytes state of how a picture was made, as XMP that cannot be parsed; a statement is added to it and
// removed.
void state(std::span<const std::byte> file) {
  namespace photo = colourize::photo;
  const std::string packet(photo::as_text(file));
  const std::string without = photo::with_statement(packet, {});
  if (photo::statement_in(without)) __builtin_trap();
  const std::string with = photo::with_statement(packet, photo::statement_in(packet).value_or(colourize::Provenance{}));
  if (!with.empty() && with.size() < without.size()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {  // NOLINT: libFuzzer's name
  const auto file = std::as_bytes(std::span(data, size));
  decode(file, false);
  decode(file, true);
  state(file);
  for (const auto* format : colourize::photo::picture_formats()) {
    // Those that have a mark were asked above.
    if (!format->recognises(file, ".tga")) load(*format, file);
    if (format->pages != nullptr) take_apart(*format, file);
  }
  return 0;
}
