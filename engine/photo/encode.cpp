#include "engine/photo/encode.h"

#include <fmt/core.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "engine/photo/formats/table.h"
#include "engine/photo/utf8.h"
#include "system/lists.h"
#include "system/output_file.h"

namespace colourize::photo {
namespace {

const PictureFormat& format_of(const std::filesystem::path& path) {
  const PictureFormat* format = output_format(path);
  if (format == nullptr) throw Error(no_output_format(path));
  return *format;
}

// Of texts, for a message: each once.
std::vector<std::string> names_of(const std::vector<Text>& texts) {
  std::vector<std::string> names;
  for (const Text& text : texts) {
    std::string name = "a comment";
    if (text.kind == Text::Kind::xmp) {
      name = "XMP";
    } else if (text.kind != Text::Kind::jpeg_comment) {
      name = utf8_of_latin1(std::string_view(text.data).substr(0, text.data.find('\0')));
    }
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

// The file with the photo's metadata and texts.
std::vector<std::byte> described(std::vector<std::byte> file, const PictureFormat& format, const Photo& photo,
                                 const std::string& name, const Warn& warn) {
  file = photo.metadata.attach(std::move(file), photo.width(), photo.height(), name, warn);
  if (photo.texts.empty()) return file;
  if (format.with_texts != nullptr) return format.with_texts(std::move(file), photo.texts, name, warn);
  warn(fmt::format("{}: these texts of the source are not carried over to {}: {}", name, format.name,
                   listed(names_of(photo.texts), "and")));
  return file;
}

// A picture of the same kind.
Photo one_pixel(const Photo& photo) {
  return std::visit(
      [&](const auto& raster) {
        return with_pixels(photo, std::remove_cvref_t<decltype(raster)>(1, 1, raster.channels));
      },
      photo.pixels);
}

// What describes a photo is put into a file of one pixel, from which the photo's own file takes it. So no library that
// knows metadata needs the whole file in memory.
void encode_to(ByteSink& sink, const PictureFormat& format, const Photo& photo, const std::string& name,
               const Warn& warn, const EncodeOptions& options) {
  if (format.stream == nullptr) {
    sink.write(described(format.save(photo, name, options, warn), format, photo, name, warn));
    return;
  }
  MemorySink small;
  EncodeOptions of_small = options;
  of_small.big_tiff = false;
  format.stream(one_pixel(photo), name, of_small, {}, small, ignore_warnings);
  format.stream(photo, name, options, described(small.take(), format, photo, name, warn), sink, warn);
}

}  // namespace

const std::map<std::string, TiffCompression>& tiff_compressions() {
  static const std::map<std::string, TiffCompression> names{
      {"none", TiffCompression::none}, {"lzw", TiffCompression::lzw}, {"deflate", TiffCompression::deflate}};
  return names;
}

std::vector<std::byte> encode(const Photo& photo, const std::string& name, const Warn& warn,
                              const EncodeOptions& options) {
  return encode_as(format_of(name), photo, name, warn, options);
}

std::vector<std::byte> encode_as(const PictureFormat& format, const Photo& photo, const std::string& name,
                                 const Warn& warn, const EncodeOptions& options) {
  MemorySink sink;
  encode_to(sink, format, photo, name, warn, options);
  return sink.take();
}

void write(const Photo& photo, const std::filesystem::path& path, const Warn& warn, const EncodeOptions& options) {
  const PictureFormat& format = format_of(path);
  OutputFile file(path);  // before the work, so that a missing folder shows at once
  encode_to(file, format, photo, path.string(), warn, options);
  file.commit();
}

}  // namespace colourize::photo
