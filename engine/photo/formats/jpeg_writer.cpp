#include "engine/photo/formats/jpeg_writer.h"

// clang-format off
#include <cstdio>  // jpeglib.h uses FILE and size_t, and includes neither
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <exception>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "engine/photo/formats/jpeg_segments.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr int jpeg_quality = 95;
// Huffman tables of a picture's own save some hundredths of the file, but libjpeg keeps all coefficients for them, six
// bytes a pixel: for larger pictures the standard's tables do.
constexpr std::int64_t most_pixels_with_own_tables = 100'000'000;

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

// Where libjpeg's bytes go, by way of a buffer.
struct JpegTarget {
  jpeg_destination_mgr manager{};  // first: libjpeg's pointer to it is a pointer to the whole
  ByteSink* sink = nullptr;
  std::exception_ptr failure;  // of the sink
  std::array<JOCTET, 65'536> buffer{};
};

JpegTarget& target_of(j_compress_ptr codec) {
  return *reinterpret_cast<JpegTarget*>(codec->dest);  // NOLINT: see JpegTarget
}

// No exception may pass through libjpeg.
bool write_to(JpegTarget& target, std::span<const std::byte> bytes) {
  try {
    target.sink->write(bytes);
    return true;
  } catch (...) {
    target.failure = std::current_exception();
    return false;
  }
}

void begin_buffer(j_compress_ptr codec) {
  JpegTarget& target = target_of(codec);
  target.manager.next_output_byte = target.buffer.data();
  target.manager.free_in_buffer = target.buffer.size();
}

void write_or_jump(j_compress_ptr codec, std::span<const std::byte> bytes) {
  if (!write_to(target_of(codec), bytes)) {
    codec->err->msg_code = 0;
    codec->err->error_exit(reinterpret_cast<j_common_ptr>(codec));  // NOLINT: libjpeg's own way
  }
}

boolean write_full_buffer(j_compress_ptr codec) {
  write_or_jump(codec, std::as_bytes(std::span(target_of(codec).buffer)));
  begin_buffer(codec);
  return TRUE;
}

void write_rest(j_compress_ptr codec) {
  const JpegTarget& target = target_of(codec);
  const std::size_t count = target.buffer.size() - target.manager.free_in_buffer;
  write_or_jump(codec, std::as_bytes(std::span(target.buffer).first(count)));
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

// A picture's rows in 8 bits; `row` is for those of another depth.
JSAMPROW row_of(const Photo& photo, int y, std::vector<std::uint8_t>& row) {
  // libjpeg reads the row through a pointer to non-const.
  if (const auto* raster = std::get_if<Raster8>(&photo.pixels)) {
    return const_cast<JSAMPROW>(raster->row(y).data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
  to_8_bit(std::get<Raster16>(photo.pixels).row(y), row);
  return row.data();
}

// No object with a destructor may live in this function: the error path jumps over them.
bool compress_jpeg(const Photo& photo, std::vector<std::uint8_t>& row, std::span<const std::byte> metadata,
                   const JfifDensity& density, JpegTarget& target, JpegErrors& errors) {
  jpeg_compress_struct codec{};
  codec.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = on_jpeg_error;
  if (setjmp(errors.back) != 0) {  // NOLINT(cert-err52-cpp)
    jpeg_destroy_compress(&codec);
    return false;
  }
  jpeg_create_compress(&codec);
  target.manager.init_destination = begin_buffer;
  target.manager.empty_output_buffer = write_full_buffer;
  target.manager.term_destination = write_rest;
  codec.dest = &target.manager;
  codec.image_width = static_cast<JDIMENSION>(photo.width());
  codec.image_height = static_cast<JDIMENSION>(photo.height());
  codec.input_components = photo.channels();
  codec.in_color_space = photo.channels() == 4 ? JCS_EXT_RGBX : JCS_RGB;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, jpeg_quality, TRUE);
  codec.comp_info[0].h_samp_factor = 1;  // 4:4:4: chroma at full size
  codec.comp_info[0].v_samp_factor = 1;
  codec.optimize_coding = std::int64_t{photo.width()} * photo.height() <= most_pixels_with_own_tables ? TRUE : FALSE;
  codec.density_unit = density.unit;
  codec.X_density = density.x;
  codec.Y_density = density.y;
  jpeg_start_compress(&codec, TRUE);
  if (!metadata.empty()) {
    begin_buffer(&codec);  // it holds the mark of the file's beginning and JFIF's segment, which the metadata have too
    write_or_jump(&codec, metadata);
  }
  while (codec.next_scanline < codec.image_height) {
    JSAMPROW samples = row_of(photo, static_cast<int>(codec.next_scanline), row);
    jpeg_write_scanlines(&codec, &samples, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  return true;
}

bool is_opaque(const Photo& photo) {
  if (photo.channels() != 4) return true;
  return std::visit(
      [](const auto& raster) {
        using Sample = std::remove_cvref_t<decltype(raster.samples.front())>;
        for (std::size_t i = 3; i < raster.samples.size(); i += 4) {
          if (raster.samples[i] != std::numeric_limits<Sample>::max()) return false;
        }
        return true;
      },
      photo.pixels);
}

}  // namespace

void stream_jpeg(const Photo& photo, const std::string& name, const EncodeOptions& /*options*/,
                 std::span<const std::byte> described, ByteSink& to, const Warn& warn) {
  if (photo.width() > JPEG_MAX_DIMENSION || photo.height() > JPEG_MAX_DIMENSION) {
    throw Error(ErrorKind::unsupported, name,
                "cannot hold " + std::to_string(photo.width()) + " x " + std::to_string(photo.height()) +
                    " pixels: the limit of JPEG is " + std::to_string(JPEG_MAX_DIMENSION),
                "choose an output that ends in .png");
  }
  if (photo.bits() == 16) warn(name + ": JPEG holds 8 bits per sample; the photo's 16 are rounded");
  if (!is_opaque(photo)) warn(name + ": JPEG holds no transparency; the photo's is left out");
  JpegErrors errors;
  JpegTarget target{.sink = &to, .failure = {}};
  std::vector<std::uint8_t> row(static_cast<std::size_t>(photo.width()) * static_cast<std::size_t>(photo.channels()));
  const std::span metadata = described.first(described.empty() ? 0 : end_of_jpeg_metadata(described));
  const bool done = compress_jpeg(photo, row, metadata, jfif_density(photo.density), target, errors);
  if (target.failure) std::rethrow_exception(target.failure);
  if (!done) throw Error(ErrorKind::failed, name, std::string("could not be encoded: ") + errors.message.data());
}

}  // namespace colourize::photo
