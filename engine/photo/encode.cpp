#include "engine/photo/encode.h"

#include <utility>

#include "engine/photo/formats/table.h"
#include "system/output_file.h"

namespace colourize::photo {
namespace {

const PictureFormat& format_of(const std::filesystem::path& path) {
  const PictureFormat* format = output_format(path);
  if (format == nullptr) throw Error(no_output_format(path));
  return *format;
}

}  // namespace

std::vector<std::byte> encode(const Photo& photo, const std::string& name, const Warn& warn) {
  const PictureFormat& format = format_of(name);
  std::vector<std::byte> encoded =
      photo.metadata.attach(format.save(photo, name, warn), photo.width(), photo.height(), name, warn);
  if (photo.texts.empty()) return encoded;
  return format.with_texts(std::move(encoded), photo.texts, name, warn);
}

void write(const Photo& photo, const std::filesystem::path& path, const Warn& warn) {
  format_of(path);        // before anything changes
  OutputFile file(path);  // before the work, so that a missing folder shows at once
  file.write(encode(photo, path.string(), warn));
  file.commit();
}

}  // namespace colourize::photo
