// A film from the standard input may hold anything: opened, decoded, its luma read, coloured (by a chroma that costs
// nothing) and put together again, as far as it goes.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

#include "film/video/decoder.h"
#include "film/video/encoder.h"
#include "film/video/planes.h"
#include "system/error.h"

namespace {

namespace film = colourize::film;

// Sizes that a header makes up must not make the fuzzer slow: what is larger is left to the tests of odd films.
constexpr std::int64_t most_pixels = 1 << 16;
constexpr int most_pictures = 8;

void colour(std::span<const std::byte> file) {
  film::Input input(file, "film", colourize::ignore_warnings);
  const AVCodecParameters& parameters = *input.video().codecpar;
  if (static_cast<std::int64_t>(parameters.width) * parameters.height > most_pixels) return;
  film::Decoder decoder(input, {}, colourize::ignore_warnings);
  const film::VideoFormat format =
      film::y4m_format(input, decoder, {}, file.size() % 2 == 1, colourize::ignore_warnings);
  // Whatever is read of the frame's luma becomes its chroma.
  for (int picture = 0; picture < most_pictures; ++picture) {
    const std::optional<film::TimedFrame> frame = decoder.next();
    if (!frame) return;
    const colourize::kernels::ConstSamples luma = film::luma_of(*frame->picture);
    unsigned sum = 0;
    for (int y = 0; y < luma.shape.height; ++y) {
      const auto* row = luma.row<std::uint8_t>(y);
      for (std::size_t x = 0; x < luma.shape.row_bytes(); ++x) sum += row[x];
    }
    film::coloured_frame(*frame->picture, format.output,
                         [sum](const colourize::kernels::ChromaLevels& /*levels*/,
                               const colourize::kernels::Samples& blue, const colourize::kernels::Samples& red) {
                           for (const auto* plane : {&blue, &red}) {
                             for (int y = 0; y < plane->shape.height; ++y) {
                               std::memset(plane->row<std::byte>(y), static_cast<int>(sum % 256),
                                           plane->shape.row_bytes());
                             }
                           }
                         });
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*values*/) {
  film::log_libav_to(colourize::ignore_warnings);
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
