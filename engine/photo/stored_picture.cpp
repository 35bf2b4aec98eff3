#include "engine/photo/stored_picture.h"

#define STBI_NO_STDIO
#include <stb_image.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "system/error.h"

namespace colourize::photo {
namespace {

// The file as stb_image reads it: through a buffer of its own, or by larger portions past it.
class Source {
 public:
  explicit Source(std::span<const std::byte> file) : rest_(file) {}

  // Whether something was read that was not there. Its buffer is filled 128 bytes at a time, and the last filling may
  // fall short of that; a second one that gets nothing, or a portion of another size that falls short, was needed.
  bool overrun() const { return overrun_; }

  static const stbi_io_callbacks& callbacks() {
    static constexpr stbi_io_callbacks functions{read, skip, at_end};
    return functions;
  }

 private:
  static constexpr int buffer_size = 128;

  static int read(void* user, char* data, int size) {
    auto& source = *static_cast<Source*>(user);
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t count = std::min(wanted, source.rest_.size());
    if (count > 0) std::memcpy(data, source.rest_.data(), count);
    std::memset(data + count, 0, wanted - count);
    source.rest_ = source.rest_.subspan(count);
    if (count < wanted && (size != buffer_size || count == 0)) source.overrun_ = true;
    return static_cast<int>(count);
  }
  static void skip(void* user, int size) {
    auto& source = *static_cast<Source*>(user);
    source.rest_ = source.rest_.subspan(std::min(static_cast<std::size_t>(std::max(size, 0)), source.rest_.size()));
  }
  static int at_end(void* user) { return static_cast<Source*>(user)->rest_.empty() ? 1 : 0; }

  std::span<const std::byte> rest_;
  bool overrun_ = false;
};

// A PNG's size stands at fixed places of its first chunk; stb_image tells it only for pictures that it would decode.
StoredSize png_size(std::span<const std::byte> file) {
  constexpr std::size_t width_at = 16;
  constexpr std::size_t height_at = 20;
  const auto number = [&](std::size_t place) {
    unsigned value = 0;
    for (std::size_t i = place; i < place + 4 && i < file.size(); ++i)
      value = value << 8U | std::to_integer<unsigned>(file[i]);
    return static_cast<int>(std::min<unsigned>(value, INT_MAX));
  };
  return {number(width_at), number(height_at)};
}

}  // namespace

StoredPicture::StoredPicture(std::span<const std::byte> file, std::string name, std::string format)
    : file_(file), name_(std::move(name)), format_(std::move(format)) {
  if (file.size() > INT_MAX)
    throw Error(ErrorKind::unsupported, name_, "is larger than 2 GB", "pictures of this size cannot be read");
  if (format_ == "JPEG" && !has_sound_huffman_tables(file_)) fail("impossible Huffman table");
  if (format_ == "PNM") {
    pnm_ = read_pnm_header(file_);
    if (!pnm_) fail("impossible header");
    size_ = {pnm_->width, pnm_->height};
    deep_ = pnm_->largest > UINT8_MAX;
  } else {
    read_header();
  }
}

void StoredPicture::read_header() {
  Source source(file_);
  int channels = 0;
  if (stbi_info_from_callbacks(&Source::callbacks(), &source, &size_.width, &size_.height, &channels) == 0) {
    // Grey and CMYK documents, arithmetic coding and the like are as unreadable to it as noise.
    if (format_ != "PNG") {
      throw Error(ErrorKind::damaged, name_,
                  "is a " + format_ + " that is damaged or cut short, or of a kind that is not read",
                  "save it as an RGB JPEG or PNG");
    }
    size_ = png_size(file_);
  }
  if (size_.width < 1 || size_.height < 1) fail("no pixels");
  Source again(file_);
  deep_ = stbi_is_16_bit_from_callbacks(&Source::callbacks(), &again) != 0;
}

void StoredPicture::fail(const char* reason) const {
  // Said after the last of its formats has refused the file, it tells nothing.
  constexpr std::string_view empty_reason = "Image not of any known type, or corrupt";
  const bool told = reason != nullptr && reason != empty_reason;
  throw Error(ErrorKind::damaged, name_,
              "is a " + format_ + " that is damaged or cut short" + (told ? std::string(" (") + reason + ")" : ""),
              "copy or scan it again");
}

template <typename Sample, typename Load>
StoredSamples<Sample> StoredPicture::load(Load function) const {
  if (format_ == "PNG" && !has_sound_png_chunks(file_)) fail("a part of it is longer than the file");
  Source source(file_);
  StoredSize size;
  int channels = 0;
  // The last argument: no conversion.
  Sample* memory = function(&Source::callbacks(), &source, &size.width, &size.height, &channels, 0);
  StoredSamples<Sample> samples{{memory, stbi_image_free}, channels};
  if (memory == nullptr) fail(stbi_failure_reason());
  if (source.overrun()) fail("it ends before its picture does");
  if (size.width != size_.width || size.height != size_.height || channels < 1 || channels > 4)
    fail("two different sizes");
  return samples;
}

template <typename Sample>
StoredSamples<Sample> StoredPicture::load_pnm() const {
  const std::size_t count = static_cast<std::size_t>(pnm_->width) * static_cast<std::size_t>(pnm_->height) *
                            static_cast<std::size_t>(pnm_->channels);
  // Before memory is taken.
  if (count > file_.size()) fail("it ends before its picture does");
  StoredSamples<Sample> samples{{static_cast<Sample*>(std::calloc(count, sizeof(Sample))), std::free}, pnm_->channels};
  if (!samples.memory) throw std::bad_alloc();
  if (!read_pnm_samples(file_, *pnm_, std::span(samples.memory.get(), count))) fail("it ends before its picture does");
  return samples;
}

StoredSamples<std::uint8_t> StoredPicture::load_8_bit() const {
  return pnm_ ? load_pnm<std::uint8_t>() : load<std::uint8_t>(stbi_load_from_callbacks);
}

StoredSamples<std::uint16_t> StoredPicture::load_16_bit() const {
  return pnm_ ? load_pnm<std::uint16_t>() : load<std::uint16_t>(stbi_load_16_from_callbacks);
}

}  // namespace colourize::photo
