#include "engine/photo/encode.h"

#include <fmt/core.h>

#include <algorithm>
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
  std::vector<std::byte> encoded =
      photo.metadata.attach(format.save(photo, name, options, warn), photo.width(), photo.height(), name, warn);
  if (photo.texts.empty()) return encoded;
  if (format.with_texts != nullptr) return format.with_texts(std::move(encoded), photo.texts, name, warn);
  warn(fmt::format("{}: these texts of the source are not carried over to {}: {}", name, format.name,
                   listed(names_of(photo.texts), "and")));
  return encoded;
}

void write(const Photo& photo, const std::filesystem::path& path, const Warn& warn, const EncodeOptions& options) {
  format_of(path);        // before anything changes
  OutputFile file(path);  // before the work, so that a missing folder shows at once
  file.write(encode(photo, path.string(), warn, options));
  file.commit();
}

}  // namespace colourize::photo
