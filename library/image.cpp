// Images in the caller's memory. They become a photo, which is coloured like a photo from a file, and come back.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "colourize/colourize.h"
#include "engine/photo/colourize.h"
#include "engine/photo/photo.h"
#include "kernels/bt601.h"
#include "library/failure.h"
#include "library/session.h"

namespace colourize::library {
namespace {

namespace bt601 = kernels::bt601;

constexpr int alpha = 3;  // the channel's place, where there are 4
constexpr float white = 65535;

std::size_t bytes_of(colourize_sample_type type) {
  switch (type) {
    case COLOURIZE_UINT8:
      return 1;
    case COLOURIZE_UINT16:
      return 2;
    case COLOURIZE_FLOAT32:
      return 4;
  }
  return 0;
}

// Rows of an image that was looked at.
struct Rows {
  unsigned char* first = nullptr;
  std::ptrdiff_t stride = 0;  // bytes
  int channels = 0;

  template <class Sample>
  Sample* row(int y) const {
    return reinterpret_cast<Sample*>(first + y * stride);
  }
};

// Throws Error where the structure does not describe an image.
Rows rows_of(const colourize_image* image, const char* argument) {
  require(image, argument);
  require(image->samples, argument);
  const std::size_t bytes = bytes_of(image->type);
  if (bytes == 0) refuse(argument, "has an unknown type of samples", "choose one of colourize_sample_type");
  if (image->channels < 1 || image->channels > 4)
    refuse(argument, "does not have 1 to 4 channels", "choose one of them");
  if (image->width < 1 || image->height < 1) refuse(argument, "has no pixels", "choose a size of at least 1 x 1");
  const std::size_t pixel = bytes * static_cast<std::size_t>(image->channels);
  const auto width = static_cast<std::size_t>(image->width);
  const auto height = static_cast<std::size_t>(image->height);
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());
  if (width > most / pixel || height > most / (width * pixel)) refuse(argument, "is too large", "choose a smaller one");
  const auto row = static_cast<std::ptrdiff_t>(width * pixel);
  const std::ptrdiff_t stride = image->row_bytes == 0 ? row : image->row_bytes;
  // The rows' addresses must not leave what a pointer can hold.
  const auto distance =
      stride < 0 ? std::size_t{0} - static_cast<std::size_t>(stride) : static_cast<std::size_t>(stride);
  if (distance < static_cast<std::size_t>(row)) refuse(argument, "has rows that overlap", "make row_bytes larger");
  if (height > most / distance) refuse(argument, "has rows too far apart", "make row_bytes smaller");
  if (stride % static_cast<std::ptrdiff_t>(bytes) != 0 ||
      reinterpret_cast<std::uintptr_t>(image->samples) % bytes != 0) {
    refuse(argument, "is not aligned to its samples", "align samples and row_bytes to a sample's size");
  }
  return {static_cast<unsigned char*>(image->samples), stride, image->channels};
}

// A sample as the photo has it, which is of 8 bits or of 16.
std::uint8_t stored(std::uint8_t sample) {
  return sample;
}
std::uint16_t stored(std::uint16_t sample) {
  return sample;
}
std::uint16_t stored(float sample) {
  if (!std::isfinite(sample)) refuse("from", "has a sample that is NaN or infinite", "replace it");
  return static_cast<std::uint16_t>(std::lround(std::clamp(sample, 0.0F, 1.0F) * white));
}

// Grey becomes red, green and blue; alpha that is missing is opaque.
template <class Given, class Stored>
photo::Raster<Stored> read(const Rows& rows, int width, int height, int channels) {
  photo::Raster<Stored> raster(width, height, channels);
  const bool grey = rows.channels < 3;
  const bool has_alpha = rows.channels % 2 == 0;
  for (int y = 0; y < height; ++y) {
    const Given* from = rows.row<const Given>(y);
    Stored* to = raster.row(y).data();
    for (int x = 0; x < width; ++x, from += rows.channels, to += channels) {
      for (int c = 0; c < 3; ++c) to[c] = stored(from[grey ? 0 : c]);
      if (channels > alpha)
        to[alpha] = has_alpha ? stored(from[rows.channels - 1]) : std::numeric_limits<Stored>::max();
    }
  }
  return raster;
}

template <class Sample>
void write(const photo::Raster<Sample>& raster, const Rows& rows) {
  for (int y = 0; y < raster.height; ++y) std::ranges::copy(raster.row(y), rows.row<Sample>(y));
}

// The photo's colours with the original luma, because 16 bits rounded and clamped it. Each pixel is read before it is
// written, because both images may be the same memory.
void write_float(const photo::Raster16& raster, const Rows& from, const Rows& to) {
  const bool grey = from.channels < 3;
  const bool has_alpha = from.channels % 2 == 0;
  for (int y = 0; y < raster.height; ++y) {
    const std::uint16_t* colours = raster.row(y).data();
    const float* given = from.row<const float>(y);
    float* out = to.row<float>(y);
    for (int x = 0; x < raster.width; ++x, colours += raster.channels, given += from.channels, out += to.channels) {
      const auto channel = [&](int c) { return given[grey ? 0 : c]; };
      const auto seen = [&](int c) { return static_cast<float>(stored(channel(c))) / white; };
      const float luma = grey ? given[0] : bt601::luma(channel(0), channel(1), channel(2));
      const float rounded = grey ? seen(0) : bt601::luma(seen(0), seen(1), seen(2));
      const float opacity = has_alpha ? given[from.channels - 1] : 1.0F;
      for (int c = 0; c < 3; ++c) {
        const float colour = static_cast<float>(colours[c]) / white + (luma - rounded);
        out[c] = std::clamp(colour, std::min(0.0F, luma), std::max(1.0F, luma));
      }
      if (to.channels > alpha) out[alpha] = opacity;
    }
  }
}

photo::Photo photo_of(const Rows& rows, const colourize_image& image, int channels) {
  switch (image.type) {
    case COLOURIZE_UINT8:
      return {read<std::uint8_t, std::uint8_t>(rows, image.width, image.height, channels), {}};
    case COLOURIZE_UINT16:
      return {read<std::uint16_t, std::uint16_t>(rows, image.width, image.height, channels), {}};
    case COLOURIZE_FLOAT32:
      break;
  }
  return {read<float, std::uint16_t>(rows, image.width, image.height, channels), {}};
}

}  // namespace
}  // namespace colourize::library

colourize_status colourize_image_colour(colourize_session* session, const colourize_image* from,
                                        const colourize_image* to, colourize_progress progress, void* user) {
  namespace library = colourize::library;
  namespace photo = colourize::photo;
  return library::guarded([&] {
    library::require(session, "session");
    const library::Rows source = library::rows_of(from, "from");
    const library::Rows target = library::rows_of(to, "to");
    if (to->channels < 3) library::refuse("to", "has no channels for colours", "give it 3 or 4 channels");
    if (to->width != from->width || to->height != from->height) {
      library::refuse("to", "has another size than the image to colour", "give it the same");
    }
    if (to->type != from->type) library::refuse("to", "has another type of samples", "give it the same");
    const photo::Photo coloured = photo::colourize(library::photo_of(source, *from, to->channels), *session->session,
                                                   library::stoppable(progress, user, "the image"));
    if (from->type == COLOURIZE_FLOAT32) {
      library::write_float(std::get<photo::Raster16>(coloured.pixels), source, target);
    } else {
      std::visit([&](const auto& raster) { library::write(raster, target); }, coloured.pixels);
    }
  });
}
