#include "engine/photo/formats/png_writer.h"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <exception>
#include <optional>
#include <span>
#include <utility>

#include "engine/photo/formats/png_chunks.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

// Scans compress little better above this level, and take several times as long.
constexpr int png_compression = 4;

struct PngTarget {
  ByteSink& sink;
  bool is_described = false;
  std::span<const std::byte> chunks;  // where it is described: all between IHDR and the pixels
  std::size_t header_left = 0;        // bytes of the signature and IHDR that libpng has not given yet
  bool before_pixels = true;
  std::string message;
  std::exception_ptr failure;  // of the sink
};

// No exception may pass through libpng, and no object with a destructor may live where png_error() is called.
bool write_to(PngTarget& target, std::span<const std::byte> bytes) {
  try {
    target.sink.write(bytes);
    return true;
  } catch (...) {
    target.failure = std::current_exception();
    return false;
  }
}

void append_png(png_structp png, png_bytep data, std::size_t size) {
  auto* target = static_cast<PngTarget*>(png_get_io_ptr(png));
  if (target->before_pixels && target->is_described) {
    size = std::min(size, target->header_left);
    target->header_left -= size;
  }
  if (!write_to(*target, std::as_bytes(std::span(data, size)))) png_error(png, "");
}

// The chunks of a file between IHDR and the pixels.
std::span<const std::byte> chunks_before_pixels(std::span<const std::byte> file) {
  std::size_t begin = 0;
  std::size_t end = 0;
  for_each_png_chunk(file, [&](const PngChunk& chunk) {
    end = chunk.place;
    if (begin == 0 && chunk.kind != "IHDR") begin = chunk.place;
    return chunk.kind != "IDAT";
  });
  return file.subspan(begin, end - begin);
}

void on_png_error(png_structp png, png_const_charp message) {
  static_cast<PngTarget*>(png_get_error_ptr(png))->message = message;
  png_longjmp(png, 1);
}

// PNG's numbers are whole.
png_uint_32 whole(double number) {
  return static_cast<png_uint_32>(std::clamp(std::round(number), 1.0, static_cast<double>(PNG_UINT_31_MAX)));
}

// No object with a destructor may live in this function: the error path jumps over them.
template <typename Sample>
bool compress_png(const Raster<Sample>& raster, const std::optional<Density>& density, PngTarget& target) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &target, on_png_error, nullptr);
  png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
  if (info == nullptr || setjmp(png_jmpbuf(png)) != 0) {  // NOLINT(cert-err52-cpp)
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &target, append_png, nullptr);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(png, png_compression);
  constexpr int bits = 8 * sizeof(Sample);
  png_set_IHDR(png, info, static_cast<png_uint_32>(raster.width), static_cast<png_uint_32>(raster.height), bits,
               raster.channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (density) {
    png_set_pHYs(png, info, whole(density->horizontal), whole(density->vertical),
                 density->unit == Density::Unit::metre ? PNG_RESOLUTION_METER : PNG_RESOLUTION_UNKNOWN);
  }
  png_write_info(png, info);
  if (!write_to(target, target.chunks)) png_error(png, "");
  target.before_pixels = false;
  if constexpr (sizeof(Sample) == 2) png_set_swap(png);  // PNG is big-endian
  for (int y = 0; y < raster.height; ++y) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(raster.row(y).data()));  // NOLINT: what libpng takes
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

}  // namespace

void stream_png(const Photo& photo, const std::string& name, const EncodeOptions& /*options*/,
                std::span<const std::byte> described, ByteSink& to, const Warn& /*warn*/) {
  constexpr std::size_t header_bytes = png_mark.size() + 4 + 4 + 13 + 4;
  PngTarget target{.sink = to,
                   .is_described = !described.empty(),
                   .chunks = chunks_before_pixels(described),
                   .header_left = header_bytes,
                   .message = {},
                   .failure = {}};
  const bool done =
      std::visit([&](const auto& raster) { return compress_png(raster, photo.density, target); }, photo.pixels);
  if (target.failure) std::rethrow_exception(target.failure);
  if (!done) throw Error(ErrorKind::failed, name, "could not be encoded: " + target.message);
}

}  // namespace colourize::photo
