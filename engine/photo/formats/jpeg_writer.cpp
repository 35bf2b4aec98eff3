#include "engine/photo/formats/jpeg_writer.h"

// clang-format off
#include <cstdio>  // jpeglib.h uses FILE and size_t, and includes neither
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr int jpeg_quality = 95;

// libjpeg reports errors by a function that must not return: it jumps back to where the encoding began.
struct JpegErrors {
  jpeg_error_mgr manager{};  // first: libjpeg's pointer to it is a pointer to the whole
  std::jmp_buf back{};
  std::array<char, JMSG_LENGTH_MAX> message{};
};

void on_jpeg_error(j_common_ptr codec) {
  auto* errors = reinterpret_cast<JpegErrors*>(codec->err);  // NOLINT: see JpegErrors
  errors->manager.format_message(codec, errors->message.data());
  std::longjmp(errors->back, 1);  // NOLINT(cert-err52-cpp): a C library's only way out
}

// What JFIF can say: whole numbers below 65536 for an inch or a centimetre, or a proportion.
struct JfifDensity {
  std::uint8_t unit = 0;
  std::uint16_t x = 1;
  std::uint16_t y = 1;
};

// In the unit in which both numbers are whole, or else for an inch, to the nearest numbers that JFIF has.
JfifDensity jfif_density(const std::optional<Density>& density) {
  if (!density) return {};
  constexpr double largest = UINT16_MAX;
  constexpr double whole = 0.02;  // PNG's whole pixels for a metre are that near to whole ones for an inch
  constexpr double centimetres_per_metre = 100;
  const auto in = [&](std::uint8_t unit, double units_per_metre) -> std::pair<JfifDensity, bool> {
    const double x = density->horizontal / units_per_metre;
    const double y = density->vertical / units_per_metre;
    const bool exact = std::abs(x - std::round(x)) < whole && std::abs(y - std::round(y)) < whole;
    const auto rounded = [&](double value) {
      return static_cast<std::uint16_t>(std::clamp(std::round(value), 1.0, largest));
    };
    return {{unit, rounded(x), rounded(y)}, exact && std::max(x, y) <= largest};
  };
  if (density->unit == Density::Unit::none) return in(0, 1).first;
  const auto [inches, exact_inches] = in(1, inches_per_metre);
  const auto [centimetres, exact_centimetres] = in(2, centimetres_per_metre);
  return !exact_inches && exact_centimetres ? centimetres : inches;
}

// No object with a destructor may live in this function: the error path jumps over them.
bool compress_jpeg(const std::uint8_t* samples, int width, int height, int row_samples, int pixel_samples,
                   const JfifDensity& density, JpegErrors& errors, unsigned char** memory,
                   unsigned long* size) {  // NOLINT(google-runtime-int)
  jpeg_compress_struct codec{};
  codec.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = on_jpeg_error;
  if (setjmp(errors.back) != 0) {  // NOLINT(cert-err52-cpp)
    jpeg_destroy_compress(&codec);
    return false;
  }
  jpeg_create_compress(&codec);
  jpeg_mem_dest(&codec, memory, size);
  codec.image_width = static_cast<JDIMENSION>(width);
  codec.image_height = static_cast<JDIMENSION>(height);
  codec.input_components = pixel_samples;
  codec.in_color_space = pixel_samples == 4 ? JCS_EXT_RGBX : JCS_RGB;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, jpeg_quality, TRUE);
  codec.comp_info[0].h_samp_factor = 1;  // 4:4:4: chroma at full size
  codec.comp_info[0].v_samp_factor = 1;
  codec.optimize_coding = TRUE;
  codec.density_unit = density.unit;
  codec.X_density = density.x;
  codec.Y_density = density.y;
  jpeg_start_compress(&codec, TRUE);
  while (codec.next_scanline < codec.image_height) {
    // libjpeg reads the row through a pointer to non-const.
    auto* row = const_cast<JSAMPROW>(samples + static_cast<std::size_t>(codec.next_scanline) *  // NOLINT
                                                   static_cast<std::size_t>(row_samples));
    jpeg_write_scanlines(&codec, &row, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  return true;
}

bool is_opaque(const Raster8& raster) {
  if (raster.channels != 4) return true;
  for (std::size_t i = 3; i < raster.samples.size(); i += 4) {
    if (raster.samples[i] != UINT8_MAX) return false;
  }
  return true;
}

}  // namespace

std::vector<std::byte> save_jpeg(const Photo& photo, const std::string& name, const EncodeOptions& /*options*/,
                                 const Warn& warn) {
  if (photo.width() > JPEG_MAX_DIMENSION || photo.height() > JPEG_MAX_DIMENSION) {
    throw Error(ErrorKind::unsupported, name,
                "cannot hold " + std::to_string(photo.width()) + " x " + std::to_string(photo.height()) +
                    " pixels: the limit of JPEG is " + std::to_string(JPEG_MAX_DIMENSION),
                "choose an output that ends in .png");
  }
  const Raster8 converted = photo.bits() == 8 ? Raster8() : to_8_bit(photo);
  const Raster8& raster = photo.bits() == 8 ? std::get<Raster8>(photo.pixels) : converted;
  if (photo.bits() == 16) warn(name + ": JPEG holds 8 bits per sample; the photo's 16 are rounded");
  if (!is_opaque(raster)) warn(name + ": JPEG holds no transparency; the photo's is left out");

  JpegErrors errors;
  unsigned char* memory = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): libjpeg's type
  const bool done =
      compress_jpeg(raster.samples.data(), raster.width, raster.height, static_cast<int>(raster.row_samples()),
                    raster.channels, jfif_density(photo.density), errors, &memory, &size);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(memory, &std::free);
  if (!done) throw Error(ErrorKind::failed, name, std::string("could not be encoded: ") + errors.message.data());
  const auto bytes = std::as_bytes(std::span(memory, size));
  return {bytes.begin(), bytes.end()};
}

}  // namespace colourize::photo
