#include "engine/photo/formats/stb_reader.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#define STBI_NO_STDIO
#include <stb_image.h>

#include "system/error.h"

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

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

// Why stb_image refuses the file; null where it does not tell.
const char* stb_reason() {
  // stb_image reports this after its last format has refused the file, so it says nothing.
  constexpr auto empty_reason = "Image not of any known type, or corrupt"sv;
  const char* reason = stbi_failure_reason();
  return reason == nullptr || reason == empty_reason ? nullptr : reason;
}

template <typename Sample>
Raster<Sample> without_alpha(const Raster<Sample>& raster) {
  Raster<Sample> result(raster.width, raster.height, 3);
  const Sample* from = raster.samples.data();
  for (std::size_t i = 0; i < result.samples.size(); i += 3, from += 4) std::copy_n(from, 3, &result.samples[i]);
  return result;
}

template <typename Sample, typename Load>
StoredPicture load_samples(Load function, std::span<const std::byte> file, const StoredSize& expected,
                           const std::string& name, std::string_view format) {
  Source source(file);
  StoredSize size;
  // The last argument: no conversion.
  const std::unique_ptr<Sample, void (*)(void*)> samples(
      function(&Source::callbacks(), &source, &size.width, &size.height, &size.channels, 0), stbi_image_free);
  if (samples == nullptr) refuse_damaged(name, format, stb_reason());
  if (source.overrun()) refuse_damaged(name, format, "it ends before its picture does");
  if (size.width != expected.width || size.height != expected.height || size.channels < 1 || size.channels > 4) {
    refuse_damaged(name, format, "two different sizes");
  }
  Raster<Sample> raster(size.width, size.height, size.channels);
  std::copy_n(samples.get(), raster.samples.size(), raster.samples.data());
  if (raster.channels == 4 && expected.channels == 3) raster = without_alpha(raster);
  return {std::move(raster), {}};
}

}  // namespace

StoredSize stb_size(std::span<const std::byte> file, const std::string& name, std::string_view format) {
  if (file.size() > INT_MAX) {
    throw Error(ErrorKind::unsupported, name, "is larger than 2 GB", "pictures of this size cannot be read");
  }
  Source source(file);
  StoredSize size;
  if (stbi_info_from_callbacks(&Source::callbacks(), &source, &size.width, &size.height, &size.channels) == 0) {
    refuse_header(name, format, nullptr);
  }
  // A BMP whose rows run from top to bottom has a negative height; load() gives it as others.
  if (size.height > INT_MIN) size.height = std::abs(size.height);
  if (size.width < 1 || size.height < 1) refuse_damaged(name, format, "no pixels");
  Source again(file);
  size.bits = stbi_is_16_bit_from_callbacks(&Source::callbacks(), &again) != 0 ? 16 : 8;
  return size;
}

StoredPicture stb_picture(std::span<const std::byte> file, const std::string& name, std::string_view format,
                          const StoredSize& expected) {
  return expected.bits == 16 ? load_samples<std::uint16_t>(stbi_load_16_from_callbacks, file, expected, name, format)
                             : load_samples<std::uint8_t>(stbi_load_from_callbacks, file, expected, name, format);
}

}  // namespace colourize::photo
