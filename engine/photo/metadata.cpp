#include "engine/photo/metadata.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include <exiv2/exiv2.hpp>
#include <exiv2/webpimage.hpp>  // its number among the kinds of files is not in the header of all

#include "engine/photo/box_metadata.h"
#include "engine/photo/exif_losses.h"
#include "engine/photo/exiv2_blocks.h"
#include "engine/photo/provenance.h"
#include "engine/photo/tiff_metadata.h"
#ifdef COLOURIZE_WEBP
#include "engine/photo/webp_metadata.h"
#endif
#include "engine/photo/text.h"
#include "engine/photo/xmp_packet.h"
#include "engine/photo/xmp_statement.h"

namespace colourize::photo {

struct Metadata::Content {
  Exiv2::ExifData exif;
  Exiv2::IptcData iptc;
  Exiv2::XmpData xmp;
  std::vector<Exiv2::byte> icc;
  std::string unparsed_xmp;
  std::optional<std::size_t> note_place;  // maker_note_place() in the file
};

namespace {

constexpr auto orientation_key = "Exif.Image.Orientation";
constexpr auto xmp_orientation_key = "Xmp.tiff.Orientation";

// Exiv2 0.28 changed signed sizes to unsigned ones, and how it hands out an ICC profile.
#if EXIV2_TEST_VERSION(0, 28, 0)
using Size = std::size_t;
std::vector<Exiv2::byte> profile_of(const Exiv2::Image& image) {
  const Exiv2::DataBuf& profile = image.iccProfile();
  return {profile.c_data(), profile.c_data() + profile.size()};
}
void set_profile(Exiv2::Image& image, const std::vector<Exiv2::byte>& profile) {
  image.setIccProfile(Exiv2::DataBuf(profile.data(), profile.size()));
}
std::int64_t number_of(const Exiv2::Metadatum& datum) {
  return datum.toInt64();
}
#else
using Size = long;  // NOLINT(google-runtime-int): the library's own
std::vector<Exiv2::byte> profile_of(const Exiv2::Image& image) {
  // Its getter is not const, but changes nothing.
  const Exiv2::DataBuf* profile = const_cast<Exiv2::Image&>(image).iccProfile();  // NOLINT
  return {profile->pData_, profile->pData_ + profile->size_};
}
void set_profile(Exiv2::Image& image, const std::vector<Exiv2::byte>& profile) {
  Exiv2::DataBuf buffer(profile.data(), static_cast<Size>(profile.size()));
  image.setIccProfile(buffer);
}
std::int64_t number_of(const Exiv2::Metadatum& datum) {
  return datum.toLong();
}
#endif

bool is_orientation(std::int64_t value) {
  return value >= 1 && value <= 8;
}

void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    Exiv2::XmpParser::initialize();
    // Exiv2 would print its messages to the standard error stream, without the file's name. Our own messages say what
    // matters.
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
  });
}

// Exiv2 keeps a table of XMP's namespaces. Reading adds to it and writing walks through it, without a lock. So photos
// that are read and written side by side take turns.
std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

// The lock, with the library as its users need it.
std::unique_lock<std::mutex> use_library() {
  std::unique_lock lock(library_mutex());
  prepare_library();
  // Each time, because a file that has its prefix for another namespace takes it away.
  register_provenance_namespace();
  return lock;
}

const Exiv2::byte* data_of(std::span<const std::byte> file) {
  return reinterpret_cast<const Exiv2::byte*>(file.data());  // NOLINT: the same bytes by another name
}

auto open(std::span<const std::byte> file) {
  return Exiv2::ImageFactory::open(data_of(file), static_cast<Size>(file.size()));
}

// Of the formats that the program reads, these hold metadata that Exiv2 knows. What else Exiv2 takes a file for is not
// asked: it has readers of films that a few bytes of a TGA can keep busy for ever.
bool holds_metadata(std::span<const std::byte> file) {
  constexpr std::array kinds{Exiv2::ImageType::jpeg, Exiv2::ImageType::png, Exiv2::ImageType::psd,
                             Exiv2::ImageType::webp};
  try {
    const auto kind = Exiv2::ImageFactory::getType(data_of(file), static_cast<Size>(file.size()));
    return std::ranges::find(kinds, kind) != kinds.end() || (is_tiff(file) && kind != Exiv2::ImageType::none);
  } catch (const std::exception&) {
    return false;
  }
}

// Compares what a file had with what is in its result. `written`: the EXIF that Exiv2 was asked to write, `after` what
// it finds in the result.
void warn_of_losses(const Exiv2::ExifData& before, std::optional<std::size_t> place_before,
                    const Exiv2::ExifData& written, const Exiv2::ExifData& after, Exiv2::ByteOrder order,
                    const std::string& name, const Warn& warn) {
  if (before.empty()) return;
  const std::string losses = exif_losses(before, after);
  if (!losses.empty()) warn(name + ": " + losses);
  if (!has_unknown_maker_note(before) || !has_unknown_maker_note(after)) return;
  Exiv2::Blob tiff;
  Exiv2::ExifParser::encode(tiff, order, written);
  if (place_before && maker_note_place(written, std::as_bytes(std::span(tiff))) == place_before) return;
  warn(name +
       ": its maker notes are of a kind that is not known; they are carried over byte for byte to another place, "
       "and what they refer to by its place may not be found");
}

void warn_of_losses(const Exiv2::ExifData& before, std::optional<std::size_t> place_before,
                    const Exiv2::ExifData& written, std::span<const std::byte> result, const std::string& name,
                    const Warn& warn) {
  if (before.empty()) return;
  const auto image = open(result);
  image->readMetadata();
  warn_of_losses(before, place_before, written, image->exifData(), image->byteOrder(), name, warn);
}

// Upright, of this size, and without the preview.
Exiv2::ExifData corrected(Exiv2::ExifData exif, int width, int height) {
  const auto correct = [&exif](const char* key, auto value) {
    if (exif.findKey(Exiv2::ExifKey(key)) != exif.end()) exif[key] = value;
  };
  correct(orientation_key, std::uint16_t{1});
  correct("Exif.Photo.PixelXDimension", static_cast<std::uint32_t>(width));
  correct("Exif.Photo.PixelYDimension", static_cast<std::uint32_t>(height));
  Exiv2::ExifThumb(exif).erase();
  return exif;
}

Exiv2::XmpData corrected(Exiv2::XmpData xmp, int width, int height) {
  const auto correct = [&xmp](const char* key, int value) {
    if (xmp.findKey(Exiv2::XmpKey(key)) != xmp.end()) xmp[key] = std::to_string(value);
  };
  correct(xmp_orientation_key, 1);
  correct("Xmp.tiff.ImageWidth", width);
  correct("Xmp.tiff.ImageLength", height);
  correct("Xmp.exif.PixelXDimension", width);
  correct("Xmp.exif.PixelYDimension", height);
  return xmp;
}

}  // namespace

Metadata Metadata::of_blocks(const MetadataBlocks& blocks, const std::string& name, const Warn& warn) {
  const auto lock = use_library();
  auto content = std::make_shared<Content>();
  const auto try_reading = [&](const auto& read) {
    try {
      read();
    } catch (const std::exception& problem) {
      warn(fmt::format("{}: its metadata cannot be read and is left out: {}", name, problem.what()));
    }
  };
  if (!blocks.exif.empty()) {
    try_reading([&] {
      Exiv2::ByteOrder order = Exiv2::littleEndian;
      content->exif = exif_of_block(blocks.exif, order);
      content->note_place = maker_note_place(content->exif, tiff_in_exif(blocks.exif));
    });
  }
  if (!blocks.iptc.empty()) {
    try_reading([&] {
      const bool read = Exiv2::IptcParser::decode(content->iptc, data_of(blocks.iptc),
                                                  static_cast<std::uint32_t>(blocks.iptc.size())) == 0;
      if (!read) warn(name + ": its IPTC cannot be read and is left out");
    });
  }
  if (!blocks.xmp.empty()) {
    try_reading([&] {
      if (Exiv2::XmpParser::decode(content->xmp, blocks.xmp) != 0) content->xmp.clear();
      if (content->xmp.empty()) content->unparsed_xmp = blocks.xmp;
    });
  }
  Metadata metadata;
  metadata.content_ = std::move(content);
  return metadata;
}

Metadata Metadata::read(std::span<const std::byte> file, const std::string& name, const Warn& warn) {
  if (holds_metadata_boxes(file)) return of_blocks(metadata_in_boxes(file), name, warn);
  const auto lock = use_library();
  Metadata metadata;
  if (!holds_metadata(file)) return metadata;
  try {
    const auto image = open(file);
    image->readMetadata();
    auto content = std::make_shared<Content>();
    content->exif = image->exifData();
    content->unparsed_xmp = image->xmpPacket();
    if (is_tiff(file)) content->unparsed_xmp = tiff_xmp(content->exif);
    if (is_tiff(file) && !drop_storage_tags(content->exif)) {
      warn(name + ": Photoshop's own data in it are left out");
    }
    content->iptc = image->iptcData();
    content->xmp = image->xmpData();
    content->note_place = maker_note_place(content->exif, file);
    if (!content->xmp.empty()) content->unparsed_xmp.clear();
    if (image->iccProfileDefined()) content->icc = profile_of(*image);
    metadata.content_ = std::move(content);
  } catch (const std::exception& problem) {
    warn(fmt::format("{}: its metadata cannot be read and is left out: {}", name, problem.what()));
  }
  return metadata;
}

int Metadata::orientation() const {
  if (!content_) return 1;
  const auto exif = content_->exif.findKey(Exiv2::ExifKey(orientation_key));
  if (exif != content_->exif.end() && exif->count() > 0 && is_orientation(number_of(*exif))) {
    return static_cast<int>(number_of(*exif));
  }
  const auto xmp = content_->xmp.findKey(Exiv2::XmpKey(xmp_orientation_key));
  if (xmp != content_->xmp.end() && xmp->count() > 0 && is_orientation(number_of(*xmp))) {
    return static_cast<int>(number_of(*xmp));
  }
  const int unparsed = xmp_orientation(content_->unparsed_xmp);
  return unparsed == 0 ? 1 : unparsed;
}

const std::string& Metadata::unparsed_xmp() const {
  static const std::string none;
  return content_ ? content_->unparsed_xmp : none;
}

std::span<const std::byte> Metadata::profile() const {
  return content_ ? std::as_bytes(std::span(content_->icc)) : std::span<const std::byte>();
}

Metadata Metadata::with_profile(std::span<const std::byte> profile) const {
  auto content = content_ ? std::make_shared<Content>(*content_) : std::make_shared<Content>();
  content->icc.resize(profile.size());
  std::ranges::copy(profile, std::as_writable_bytes(std::span(content->icc)).begin());
  Metadata result;
  result.content_ = std::move(content);
  return result;
}

bool Metadata::is_empty() const {
  return !content_ ||
         (content_->exif.empty() && content_->iptc.empty() && content_->xmp.empty() && content_->icc.empty());
}

std::optional<Provenance> Metadata::provenance() const {
  if (!content_) return {};
  const auto lock = use_library();
  auto provenance = stated(content_->xmp);
  return provenance ? provenance : statement_in(content_->unparsed_xmp);
}

Metadata Metadata::with_provenance(const std::optional<Provenance>& provenance) const {
  const auto lock = use_library();
  auto content = content_ ? std::make_shared<Content>(*content_) : std::make_shared<Content>();
  state(content->xmp, provenance);
  Metadata result;
  result.content_ = std::move(content);
  return result;
}

std::vector<std::byte> Metadata::attach(std::vector<std::byte> encoded, int width, int height, const std::string& name,
                                        const Warn& warn) const {
  std::string problem;
  try {
    return attach_all(encoded, width, height, name, warn);
  } catch (const std::exception& caught) {
    problem = caught.what();
  }
  try {
    if (provenance()) {
      // XMP in a JPEG has at most 65502 bytes, for one.
      auto result = with_provenance({}).attach_all(encoded, width, height, name, warn);
      warn(fmt::format("{}: how it was made could not be added to its metadata: {}", name, problem));
      return result;
    }
  } catch (const std::exception&) {
    warn(name + ": how it was made could not be added to its metadata");
  }
  warn(fmt::format("{}: the source's metadata could not be carried over: {}", name, problem));
  return encoded;
}

std::vector<std::byte> Metadata::attach_all(std::vector<std::byte> encoded, int width, int height,
                                            const std::string& name, const Warn& warn) const {
  if (is_empty()) return encoded;
  if (as_text(encoded).starts_with("SDPX") || as_text(encoded).starts_with("XPDS")) {
    if (!with_provenance({}).is_empty()) {
      warn(name + ": DPX holds no EXIF, IPTC, XMP or ICC profile; the photo's are left out");
    }
    if (provenance()) warn(name + ": DPX has no place to state how it was made");
    return encoded;
  }
  const auto lock = use_library();
  const Exiv2::ExifData exif = corrected(content_->exif, width, height);
  const Exiv2::XmpData xmp = corrected(content_->xmp, width, height);
  if (holds_metadata_boxes(encoded)) {
    MetadataBlocks blocks = blocks_of(exif, content_->iptc, xmp);
    if (!blocks.iptc.empty() && !holds_iptc_box(encoded)) {
      blocks.iptc.clear();
      warn(name + ": JPEG XL holds no IPTC; the photo's is left out");
    }
    if (!blocks.exif.empty()) {
      Exiv2::ByteOrder order = Exiv2::littleEndian;
      const Exiv2::ExifData after = exif_of_block(blocks.exif, order);
      warn_of_losses(content_->exif, content_->note_place, exif, after, order, name, warn);
    }
    add_metadata_boxes(encoded, blocks);
    return encoded;
  }
  const auto image = open(encoded);
  image->readMetadata();
  image->setExifData(exif);
  image->setIptcData(content_->iptc);
  image->setXmpData(xmp);
  if (!content_->icc.empty()) set_profile(*image, content_->icc);
#ifdef COLOURIZE_WEBP
  if (is_webp(encoded)) {
    if (!content_->iptc.empty()) warn(name + ": WebP holds no IPTC; the photo's is left out");
    std::vector<std::byte> result = with_webp_metadata(encoded, *image);
    warn_of_losses(content_->exif, content_->note_place, exif, result, name, warn);
    return result;
  }
#endif
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  io.seek(0, Exiv2::BasicIo::beg);
  std::vector<std::byte> result(static_cast<std::size_t>(io.size()));
  const auto count = io.read(reinterpret_cast<Exiv2::byte*>(result.data()), static_cast<Size>(io.size()));  // NOLINT
  if (static_cast<std::size_t>(count) == result.size()) {
    warn_of_losses(content_->exif, content_->note_place, exif, result, name, warn);
    return result;
  }
  throw std::runtime_error("the file could not be read back");
}

}  // namespace colourize::photo
