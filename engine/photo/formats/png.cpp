// PNG (W3C, third edition), by libpng.
#include <fmt/core.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <new>
#include <string>

#include "engine/photo/formats/format.h"
#include "engine/photo/formats/png_chunks.h"
#include "engine/photo/formats/png_texts.h"
#include "engine/photo/formats/png_writer.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto name_of_format = "PNG"sv;
constexpr std::array extensions{".png"sv};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT: the same bytes by another name
}

bool recognises(std::span<const std::byte> file, std::string_view /*extension*/) {
  return text_of(file).starts_with(png_mark);
}

// The header is the first chunk, at a fixed place (PNG, 11.2.1).
StoredSize size(std::span<const std::byte> file, const std::string& name) {
  constexpr std::size_t kind_at = 12;
  constexpr std::size_t width_at = 16;
  constexpr std::size_t height_at = 20;
  constexpr std::size_t depth_at = 24;
  constexpr std::size_t colour_type_at = 25;
  constexpr std::uint32_t largest = PNG_UINT_31_MAX;
  if (file.size() > kind_at + 4 && text_of(file.subspan(kind_at, 4)) == "CgBI") {
    throw Error(ErrorKind::unsupported, name, "is a PNG of Apple's own kind, from a program for its telephones",
                "save it as an RGB JPEG or PNG");
  }
  if (file.size() <= colour_type_at || text_of(file.subspan(kind_at, 4)) != "IHDR") {
    refuse_header(name, name_of_format, nullptr);
  }
  const std::uint32_t width = png_number(file, width_at);
  const std::uint32_t height = png_number(file, height_at);
  if (width < 1 || height < 1 || width > largest || height > largest) {
    refuse_damaged(name, name_of_format, "impossible header");
  }
  const auto colour_type = std::to_integer<unsigned>(file[colour_type_at]);
  const bool colour = (colour_type & PNG_COLOR_MASK_COLOR) != 0;
  const bool alpha = (colour_type & PNG_COLOR_MASK_ALPHA) != 0 || find_png_chunk(file, "tRNS").has_value();
  return {static_cast<int>(width), static_cast<int>(height), (colour ? 3 : 1) + (alpha ? 1 : 0),
          std::to_integer<int>(file[depth_at]) == 16 ? 16 : 8};
}

// libpng's decoder of one file. Like libjpeg it leaves an error by a jump: steps are functions without objects that
// have a destructor.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> file) : rest_(file) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, this, read);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  // Calls step(png, info). Returns false when libpng reported an error. Throws std::bad_alloc.
  template <typename Step>
  bool run(Step step) {
    if (setjmp(png_jmpbuf(png_)) != 0) {  // NOLINT(cert-err52-cpp): a C library's only way out
      if (std::string_view(reason_.data()) == "Out of memory") throw std::bad_alloc();
      return false;
    }
    step(png_, info_);
    return true;
  }

  const char* reason() const { return reason_.data(); }
  // libpng's first complaint about which it continued; empty where there was none.
  const char* remark() const { return remark_.data(); }
  bool cut_short() const { return cut_short_; }

 private:
  using Message = std::array<char, 256>;

  static void keep(Message& message, const char* words) { std::strncpy(message.data(), words, message.size() - 1); }
  static void on_error(png_structp png, png_const_charp words) {
    keep(static_cast<Reader*>(png_get_error_ptr(png))->reason_, words);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp png, png_const_charp words) {
    Reader& reader = *static_cast<Reader*>(png_get_error_ptr(png));
    // libpng would continue without transparency.
    if (std::string_view(words).starts_with("tRNS")) png_error(png, words);
    // What is larger than our limit and not of the pixels; png_texts.h reads texts of that size.
    if (std::string_view(words).ends_with("chunk data is too large")) return;
    if (*reader.remark() == '\0') keep(reader.remark_, words);
  }
  static void read(png_structp png, png_bytep to, std::size_t count) {
    Reader& reader = *static_cast<Reader*>(png_get_io_ptr(png));
    if (count > reader.rest_.size()) {
      reader.cut_short_ = true;
      png_error(png, "it ends before its picture does");
    }
    std::memcpy(to, reader.rest_.data(), count);
    reader.rest_ = reader.rest_.subspan(count);
  }

  std::span<const std::byte> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Message reason_{};
  Message remark_{};
  bool cut_short_ = false;
};

// Limits what a hostile file can make libpng allocate: it keeps only the picture, its palette and its transparency. It
// skips texts and profiles, compressed or not; Exiv2 reads them (metadata.h).
void limit(png_structp png, const StoredSize& size) {
  constexpr png_alloc_size_t largest_chunk = 1'000'000;
  png_set_user_limits(png, static_cast<png_uint_32>(size.width), static_cast<png_uint_32>(size.height));
  png_set_chunk_malloc_max(png, largest_chunk);
  png_set_chunk_cache_max(png, 1);                                        // none: 0 would be any number
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);  // every kind that pixels do not need
}

// Full-range samples of whole bytes, in the processor's order.
void convert_samples(png_structp png) {
  png_set_expand(png);  // palettes become RGB, grey of fewer bits 8 bits, tRNS alpha
  if constexpr (std::endian::native == std::endian::little) png_set_swap(png);
}

template <typename Sample>
StoredPicture load_samples(Reader& reader, const StoredSize& size, const std::string& name, Damage damage) {
  Raster<Sample> raster(size.width, size.height, size.channels);
  const std::size_t row_bytes = raster.row_samples() * sizeof(Sample);
  int rows = 0;  // that are whole
  bool as_expected = true;
  const bool decoded = reader.run([&](png_structp png, png_infop info) {
    convert_samples(png);
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    as_expected = png_get_rowbytes(png, info) == row_bytes;
    for (int pass = 0; as_expected && pass < passes; ++pass) {
      for (int y = 0; y < size.height; ++y) {
        png_read_row(png, reinterpret_cast<png_bytep>(raster.row(y).data()), nullptr);  // NOLINT: what libpng takes
        if (pass + 1 == passes) rows = y + 1;
      }
    }
    if (as_expected) png_read_end(png, nullptr);
  });
  if (!as_expected) refuse_damaged(name, name_of_format, "two different sizes");
  if (decoded) return {std::move(raster), {}};
  if (rows == 0) refuse_damaged(name, name_of_format, reader.reason());
  if (damage == Damage::refuse) refuse_incomplete(name, name_of_format, reader.reason());
  leave_grey(raster, rows);
  return {std::move(raster),
          Salvage{.rows = size.height, .missing_rows = size.height - rows, .cut_short = reader.cut_short()}};
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn) {
  constexpr std::size_t smallest_portion = 64;
  const StoredSize expected = size(file, name);
  Reader reader(file);
  const bool opened = reader.run([&](png_structp png, png_infop info) {
    limit(png, expected);
    // libpng takes data in portions, and keeps nothing of a truncated one.
    if (damage == Damage::salvage) png_set_compression_buffer_size(png, smallest_portion);
    // Some writers state a smaller window than they used; other readers ignore that.
    png_set_option(png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
    // Each chunk's CRC-32 covers the same bytes.
    png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
    png_read_info(png, info);
  });
  if (!opened) refuse_damaged(name, name_of_format, reader.reason());
  StoredPicture picture = expected.bits == 16 ? load_samples<std::uint16_t>(reader, expected, name, damage)
                                              : load_samples<std::uint8_t>(reader, expected, name, damage);
  if (const std::uint32_t frames = png_other_frames(file); frames > 0) {
    warn(fmt::format("{}: is an animation; its other {} left out", name,
                     frames == 1 ? "frame is" : fmt::format("{} frames are", frames)));
  }
  picture.density = png_density(file);
  picture.stated = png_colours(file);
  picture.texts = png_texts(file, name, warn);
  if (*reader.remark() != '\0') warn(name + ": is odd, and may be damaged: " + reader.remark());
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat png{.name = name_of_format,
                               .extensions = extensions,
                               .output_extensions = extensions,
                               .recognises = recognises,
                               .size = size,
                               .load = load,
                               .save = nullptr,
                               .with_texts = with_png_texts,
                               .stream = stream_png};
}  // namespace formats

}  // namespace colourize::photo
