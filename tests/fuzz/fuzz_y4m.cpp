// A film from the standard input may hold anything: opened, decoded, squeezed for the generator, coloured (by a chroma that costs
// nothing) and put together again, as far as it goes.
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

#include "engine/film/video/decoder.h"
#include "engine/film/video/encoder.h"
#include "engine/film/video/planes.h"
#include "system/error.h"

namespace {

namespace film = colourize::film;

// Sizes that a header makes up must not make the fuzzer slow: what is larger is left to the tests of odd films.
constexpr std::int64_t most_pixels = 1 << 16;
constexpr int most_pictures = 8;

void colour(std::span<const std::byte> file) {
  film::Input input(file, "film");
  const AVCodecParameters& parameters = *input.video().codecpar;
  if (static_cast<std::int64_t>(parameters.width) * parameters.height > most_pixels) return;
  film::Decoder decoder(input, {});
  const film::VideoFormat format = film::y4m_format(input, decoder, {}, file.size() % 2 == 1);
  const film::LumaLevels levels = film::luma_levels(format.tags.range, decoder.format().bits());
  colourize::photo::Chroma chroma{colourize::photo::Plane(8, 8), colourize::photo::Plane(8, 8)};
  for (int picture = 0; picture < most_pictures; ++picture) {
    const std::optional<film::TimedFrame> frame = decoder.next();
    if (!frame) return;
    chroma.blue = film::luma_square(*frame->picture, levels, 8, picture % 4);
    for (float& value : chroma.blue.values) value = value / 255 - 0.5F;
    film::coloured_frame(*frame->picture, chroma, format.output);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*values*/) {
  film::quieten_libav();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view magic = "YUV4MPEG2";
  if (std::string_view(reinterpret_cast<const char*>(data), std::min(size, magic.size())) != magic) return -1;
  try {
    colour(std::as_bytes(std::span(data, size)));
  } catch (const colourize::Error&) {  // NOLINT(bugprone-empty-catch): a sentence is what a bad film should give
  } catch (const std::bad_alloc&) {    // NOLINT(bugprone-empty-catch): and so is this
  }
  return 0;
}
