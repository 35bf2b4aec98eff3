#include "engine/photo/formats/table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/photo/signature.h"
#include "system/lists.h"

// A row for each format: the name of its `const PictureFormat`, which the format's own file defines.
#ifdef COLOURIZE_TIFF
#define COLOURIZE_TIFF_ROW(row) row(tiff)
#else
#define COLOURIZE_TIFF_ROW(row)
#endif
#ifdef COLOURIZE_WEBP
#define COLOURIZE_WEBP_ROW(row) row(webp)
#else
#define COLOURIZE_WEBP_ROW(row)
#endif
#ifdef COLOURIZE_JPEG_2000
#define COLOURIZE_JPEG_2000_ROW(row) row(jpeg_2000)
#else
#define COLOURIZE_JPEG_2000_ROW(row)
#endif
#ifdef COLOURIZE_JPEG_XL
#define COLOURIZE_JPEG_XL_ROW(row) row(jpeg_xl)
#else
#define COLOURIZE_JPEG_XL_ROW(row)
#endif
#ifdef COLOURIZE_HEIF
#define COLOURIZE_HEIF_ROWS(row) row(heic) row(avif)
#else
#define COLOURIZE_HEIF_ROWS(row)
#endif
#ifdef COLOURIZE_EXR
#define COLOURIZE_EXR_ROW(row) row(exr)
#else
#define COLOURIZE_EXR_ROW(row)
#endif
// clang-format off
#define COLOURIZE_PICTURE_FORMATS(row)                                                            \
  row(jpeg) row(png) COLOURIZE_TIFF_ROW(row) COLOURIZE_WEBP_ROW(row) COLOURIZE_JPEG_2000_ROW(row) \
  COLOURIZE_JPEG_XL_ROW(row) COLOURIZE_HEIF_ROWS(row) COLOURIZE_EXR_ROW(row)                      \
  row(dpx) row(bmp) row(tga) row(psd) row(pnm) row(pfm)
// clang-format on

namespace colourize::photo {

namespace formats {
#define COLOURIZE_DECLARE(name) extern const PictureFormat name;
COLOURIZE_PICTURE_FORMATS(COLOURIZE_DECLARE)
#undef COLOURIZE_DECLARE
}  // namespace formats

namespace {

#define COLOURIZE_ADDRESS(name) &formats::name,
constexpr std::array table{COLOURIZE_PICTURE_FORMATS(COLOURIZE_ADDRESS)};
#undef COLOURIZE_ADDRESS

bool holds(std::span<const std::string_view> extensions, const std::string& extension) {
  return std::ranges::find(extensions, extension) != extensions.end();
}

std::string readable_formats() {
  std::vector<std::string> names;
  names.reserve(table.size());
  for (const PictureFormat* format : table) names.emplace_back(format->name);
  return listed(names, "and") + " can be read";
}

}  // namespace

std::span<const PictureFormat* const> picture_formats() {
  return table;
}

const PictureFormat& recognise(std::span<const std::byte> file, const std::string& name) {
  const std::string extension = lower_extension(name);
  for (const PictureFormat* format : table) {
    if (format->recognises(file, extension)) return *format;
  }
  const OtherFile other = what_else_it_is(file, extension);
  throw Error(ErrorKind::unsupported, name, other.happened, other.remedy.empty() ? readable_formats() : other.remedy);
}

bool has_picture_extension(const std::filesystem::path& path) {
  const std::string extension = lower_extension(path);
  return std::ranges::any_of(table, [&](const PictureFormat* format) { return holds(format->extensions, extension); });
}

const PictureFormat* output_format(const std::filesystem::path& path) {
  const std::string extension = lower_extension(path);
  const auto found = std::ranges::find_if(
      table, [&](const PictureFormat* format) { return holds(format->output_extensions, extension); });
  return found == table.end() ? nullptr : *found;
}

Error no_output_format(const std::filesystem::path& path) {
  std::vector<std::string> extensions;
  for (const PictureFormat* format : table) {
    if (!format->output_extensions.empty()) extensions.emplace_back(format->output_extensions.front());
  }
  return {ErrorKind::unsupported, path.string(), "has no extension that can be written",
          "choose " + listed(extensions, "or")};
}

}  // namespace colourize::photo
