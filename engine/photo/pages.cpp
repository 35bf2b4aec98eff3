#include "engine/photo/pages.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "engine/photo/formats/table.h"
#include "system/error.h"
#include "system/mapped_file.h"
#include "system/output_file.h"

namespace colourize::photo {
namespace {

Rewritten facts_of(const Photo& photo, int pages) {
  return {photo.width(), photo.height(), photo.bits(), photo.salvage, pages};
}

// Puts pages into one file, one after another, and links each to the one before it.
class PageWriter {
 public:
  PageWriter(const PictureFormat& format, const std::filesystem::path& target)
      : format_(format), name_(target.string()), file_(target) {}

  void add(std::vector<std::byte> page) {
    if (size_ % 2 != 0) append(std::array{std::byte{0}});
    const PlacedPage placed = format_.place_page(std::move(page), size_, name_);
    append(placed.bytes);
    if (link_ > 0) {
      std::array<std::byte, 4> directory{};
      for (std::size_t i = 0; i < directory.size(); ++i) {
        directory.at(i) = static_cast<std::byte>(placed.directory >> (8 * i) & 0xFFU);
      }
      file_.rewrite(link_, directory);
    }
    link_ = placed.link;
  }
  void commit() { file_.commit(); }

 private:
  void append(std::span<const std::byte> bytes) {
    file_.write(bytes);
    size_ += bytes.size();
  }

  const PictureFormat& format_;
  std::string name_;
  OutputFile file_;
  std::uint64_t size_ = 0;
  std::uint64_t link_ = 0;  // 0: no page yet
};

}  // namespace

Rewritten rewrite(const std::filesystem::path& source, const std::filesystem::path& target,
                  const DecodeOptions& decoding, const EncodeOptions& encoding,
                  const std::function<Photo(Photo, const Page&)>& change, const Warn& warn) {
  const MappedFile file(source);
  const std::string name = source.string();
  const PictureFormat& format = recognise(file.bytes(), name);
  const PictureFormat* target_format = output_format(target);
  const int pages = format.pages != nullptr ? format.pages(file.bytes()) : 1;
  const bool all = pages > 1 && target_format != nullptr && target_format->place_page != nullptr;
  if (!all) {
    Photo photo = decode(file.bytes(), name, decoding, warn);
    Rewritten facts = facts_of(photo, 1);
    write(change(std::move(photo), {.name = name}), target, warn, encoding);
    return facts;
  }
  PageWriter writer(*target_format, target);
  Rewritten facts;
  for (int number = 0; number < pages; ++number) {
    const auto named = [&](const std::string& of) { return fmt::format("{}, page {}", of, number + 1); };
    const std::string page_name = named(name);
    Photo photo = decode(format.page(file.bytes(), number, page_name), page_name, decoding, warn);
    if (number == 0) facts = facts_of(photo, pages);
    photo = change(std::move(photo), {number, pages, page_name});
    writer.add(encode_as(*target_format, photo, named(target.string()), warn, encoding));
  }
  writer.commit();
  return facts;
}

}  // namespace colourize::photo
