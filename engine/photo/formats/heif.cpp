// HEIC and AVIF (ISO/IEC 23008-12, HEIF, with pictures coded as HEVC or AV1), by libheif.
#include <fmt/core.h>
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "engine/photo/formats/alpha.h"
#include "engine/photo/formats/format.h"
#include "engine/photo/formats/heif_colours.h"
#include "engine/photo/formats/stored_number.h"
#include "engine/photo/formats/whole_numbers.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr std::array heic_extensions{".heic"sv, ".heif"sv, ".hif"sv};
constexpr std::array avif_extensions{".avif"sv};

// The brands in the box ftyp, the first box: the main one, a version, then others that the file fits too.
bool has_brand(std::span<const std::byte> file, std::span<const std::string_view> brands, bool main_one) {
  constexpr std::size_t brands_at = 8;
  const std::string_view bytes = as_text(file);
  if (bytes.size() < brands_at + 4 || bytes.substr(4, 4) != "ftyp") return false;
  constexpr std::size_t most = 512;
  const std::size_t end = std::min({std::size_t{*big_endian(file, 0, 4)}, bytes.size(), most});
  for (std::size_t at = brands_at; at + 4 <= (main_one ? brands_at + 4 : end); at += 4) {
    if (std::ranges::find(brands, bytes.substr(at, 4)) != brands.end()) return true;
  }
  return false;
}

bool recognises_avif(std::span<const std::byte> file, std::string_view /*extension*/) {
  constexpr std::array own{"avif"sv, "avis"sv};
  constexpr std::array shared{"mif1"sv, "msf1"sv, "miaf"sv};
  return has_brand(file, own, true) || (has_brand(file, shared, true) && has_brand(file, own, false));
}

bool recognises_heic(std::span<const std::byte> file, std::string_view extension) {
  constexpr std::array own{"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv,
                           "hevm"sv, "hevs"sv, "mif1"sv, "msf1"sv, "miaf"sv};
  return has_brand(file, own, true) && !recognises_avif(file, extension);
}

std::string_view name_of_format(std::span<const std::byte> file) {
  return recognises_avif(file, {}) ? "AVIF"sv : "HEIC"sv;
}

struct FreeContext {
  void operator()(heif_context* context) const { heif_context_free(context); }
};
struct FreeHandle {
  void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
};
struct FreePicture {
  void operator()(heif_image* picture) const { heif_image_release(picture); }
};
struct FreeOptions {
  void operator()(heif_decoding_options* options) const { heif_decoding_options_free(options); }
};

// A file's primary picture. Borrows the file's bytes.
class HeifFile {
 public:
  HeifFile(std::span<const std::byte> file, const std::string& name)
      : context_(heif_context_alloc()), file_(file), name_(name) {
    // It loads the decoders, where these are files of their own. Nothing is lost where that fails.
    static std::once_flag once;
    std::call_once(once, [] { heif_init(nullptr); });
    if (context_ == nullptr) throw std::bad_alloc();
    if (!recognises_heic(file, {}) && !recognises_avif(file, {})) refuse_damaged(name, name_of_format(file), nullptr);
    // In this thread: pictures side by side have threads of their own. Sides are at most 32768, libheif's own limit.
    heif_context_set_max_decoding_threads(context_.get(), 0);
    check(heif_context_read_from_memory_without_copy(context_.get(), file.data(), file.size(), nullptr));
    heif_image_handle* handle = nullptr;
    check(heif_context_get_primary_image_handle(context_.get(), &handle));
    handle_.reset(handle);
  }

  const heif_image_handle* primary() const { return handle_.get(); }
  int pictures() const { return heif_context_get_number_of_top_level_images(context_.get()); }
  bool has_alpha() const { return heif_image_handle_has_alpha_channel(handle_.get()) != 0; }

  // libheif turns, mirrors and cuts the picture as the file says, and this is the size after that.
  StoredSize size() const {
    const int width = heif_image_handle_get_width(handle_.get());
    const int height = heif_image_handle_get_height(handle_.get());
    const int bits = heif_image_handle_get_luma_bits_per_pixel(handle_.get());
    if (width < 1 || height < 1 || bits > 16) refuse_damaged(name_, name_of_format(file_), "impossible header");
    return {width, height, has_alpha() ? 4 : 3, bits > 8 ? 16 : 8};
  }

  std::unique_ptr<heif_image, FreePicture> decode(heif_chroma chroma) const {
    const std::unique_ptr<heif_decoding_options, FreeOptions> options(heif_decoding_options_alloc());
    if (options == nullptr) throw std::bad_alloc();
    options->strict_decoding = 1;
    heif_image* picture = nullptr;
    const heif_error error = heif_decode_image(handle_.get(), &picture, heif_colorspace_RGB, chroma, options.get());
    std::unique_ptr<heif_image, FreePicture> owner(picture);
    check(error);
    return owner;
  }

  void check(const heif_error& error) const {
    if (error.code == heif_error_Ok) return;
    if (error.code == heif_error_Memory_allocation_error && error.subcode != heif_suberror_Security_limit_exceeded) {
      throw std::bad_alloc();
    }
    const bool unsupported = error.code == heif_error_Unsupported_filetype ||
                             error.code == heif_error_Unsupported_feature ||
                             error.code == heif_error_Plugin_loading_error;
    if (!unsupported) refuse_damaged(name_, name_of_format(file_), error.message);
    throw Error(ErrorKind::unsupported, name_,
                fmt::format("is {} {} that this machine's libheif cannot decode ({})",
                            name_of_format(file_) == "AVIF" ? "an" : "a", name_of_format(file_), error.message),
                "install libheif's decoders, or convert it to a PNG or TIFF");
  }

 private:
  std::unique_ptr<heif_context, FreeContext> context_;
  std::unique_ptr<heif_image_handle, FreeHandle> handle_;
  std::span<const std::byte> file_;
  const std::string& name_;
};

StoredSize size(std::span<const std::byte> file, const std::string& name) {
  return HeifFile(file, name).size();
}

// From rows of bytes, or of little-endian words with fewer bits than these have.
template <typename Sample>
void copy_row(std::span<const std::byte> from, std::uint64_t largest, std::span<Sample> to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    auto number = std::to_integer<std::uint64_t>(from[i * sizeof(Sample)]);
    if constexpr (sizeof(Sample) == 2) number |= std::to_integer<std::uint64_t>(from[2 * i + 1]) << 8U;
    to[i] = scaled_number<Sample>(number, largest);
  }
}

template <typename Sample>
Raster<Sample> decode(const HeifFile& heif, std::span<const std::byte> file, const std::string& name) {
  const StoredSize size = heif.size();
  const bool alpha = size.channels == 4;
  heif_chroma chroma = alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  if (sizeof(Sample) == 2) chroma = alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
  const auto picture = heif.decode(chroma);
  int stride = 0;
  const std::uint8_t* plane = heif_image_get_plane_readonly(picture.get(), heif_channel_interleaved, &stride);
  const int bits = heif_image_get_bits_per_pixel_range(picture.get(), heif_channel_interleaved);
  Raster<Sample> raster(size.width, size.height, size.channels);
  const bool as_told = plane != nullptr && bits >= 1 && bits <= static_cast<int>(8 * sizeof(Sample)) &&
                       heif_image_get_width(picture.get(), heif_channel_interleaved) == size.width &&
                       heif_image_get_height(picture.get(), heif_channel_interleaved) == size.height &&
                       static_cast<std::size_t>(std::max(stride, 0)) >= raster.row_samples() * sizeof(Sample);
  if (!as_told) refuse_damaged(name, name_of_format(file), "two different sizes");
  for (int y = 0; y < size.height; ++y) {
    const std::uint8_t* row = plane + static_cast<std::ptrdiff_t>(y) * stride;
    copy_row<Sample>(std::as_bytes(std::span(row, raster.row_samples() * sizeof(Sample))), (1U << unsigned(bits)) - 1,
                     raster.row(y));
  }
  if (alpha && heif_image_handle_is_premultiplied_alpha(heif.primary()) != 0) divide_by_alpha(raster);
  return raster;
}

MetadataBlocks metadata_of(const heif_image_handle* handle) {
  constexpr std::size_t most_bytes = 64'000'000;
  constexpr int most = 64;
  std::array<heif_item_id, most> items{};
  const int count = heif_image_handle_get_list_of_metadata_block_IDs(handle, nullptr, items.data(), most);
  MetadataBlocks blocks;
  for (int i = 0; i < std::min(count, most); ++i) {
    const heif_item_id item = items.at(static_cast<std::size_t>(i));
    const std::string type = heif_image_handle_get_metadata_type(handle, item);
    const std::string content_type = heif_image_handle_get_metadata_content_type(handle, item);
    std::vector<std::byte> content(std::min(heif_image_handle_get_metadata_size(handle, item), most_bytes + 1));
    if (content.empty() || content.size() > most_bytes) continue;
    if (heif_image_handle_get_metadata(handle, item, content.data()).code != heif_error_Ok) continue;
    if (type == "Exif" && blocks.exif.empty()) {
      // Four bytes say how far behind them the TIFF structure begins (ISO/IEC 23008-12, A.2.1).
      const std::size_t offset = std::size_t{big_endian(content, 0, 4).value_or(0)} + 4;
      if (offset < content.size()) {
        blocks.exif.assign(content.begin() + static_cast<std::ptrdiff_t>(offset), content.end());
      }
    } else if (type == "mime" && content_type == "application/rdf+xml" && blocks.xmp.empty()) {
      blocks.xmp = std::string(as_text(content));
    }
  }
  return blocks;
}

void warn_of_what_is_left_out(const HeifFile& heif, const std::string& name, const Warn& warn) {
  if (heif.pictures() > 1) {
    warn(fmt::format("{}: has {} pictures, of which the primary one is read", name, heif.pictures()));
  }
  const int further =
      heif_image_handle_get_number_of_auxiliary_images(heif.primary(), LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA);
  if (further > 0) {
    warn(fmt::format("{}: {} beside its picture, such as of depth, {} left out", name,
                     further == 1 ? "another one" : fmt::format("{} others", further), further == 1 ? "is" : "are"));
  }
}

StoredPicture load(std::span<const std::byte> file, const std::string& name, Damage /*damage*/, const Warn& warn) {
  const HeifFile heif(file, name);
  StoredPicture picture;
  if (heif.size().bits == 8) {
    picture.pixels = decode<std::uint8_t>(heif, file, name);
  } else {
    picture.pixels = decode<std::uint16_t>(heif, file, name);
  }
  warn_of_what_is_left_out(heif, name, warn);
  read_heif_colours(heif.primary(), name, warn, picture);
  picture.metadata = metadata_of(heif.primary());
  picture.orientation = 1;
  picture.grey_as_rgb = true;
  return picture;
}

}  // namespace

namespace formats {
extern const PictureFormat heic{.name = "HEIC",
                                .extensions = heic_extensions,
                                .output_extensions = {},
                                .recognises = recognises_heic,
                                .size = size,
                                .load = load,
                                .save = nullptr};
extern const PictureFormat avif{.name = "AVIF",
                                .extensions = avif_extensions,
                                .output_extensions = {},
                                .recognises = recognises_avif,
                                .size = size,
                                .load = load,
                                .save = nullptr};
}  // namespace formats

}  // namespace colourize::photo
