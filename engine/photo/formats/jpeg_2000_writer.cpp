#include "engine/photo/formats/jpeg_2000_writer.h"

#include <fmt/core.h>
#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>

#include "engine/photo/boxes.h"
#include "engine/photo/colour_space.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

// OpenJPEG's objects.
struct CloseStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct CloseCodec {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct FreePicture {
  void operator()(opj_image_t* picture) const { opj_image_destroy(picture); }
};

// What OpenJPEG writes to. It goes back to fill in lengths.
struct Target {
  std::vector<std::byte> bytes;
  std::size_t place = 0;
  bool out_of_memory = false;
};

// No exception may pass through OpenJPEG.
bool reach(Target& target, std::size_t end) {
  try {
    if (target.bytes.size() < end) target.bytes.resize(end);
    return true;
  } catch (const std::bad_alloc&) {
    target.out_of_memory = true;
    return false;
  }
}

OPJ_SIZE_T write(void* from, OPJ_SIZE_T count, void* data) {
  auto& target = *static_cast<Target*>(data);
  if (!reach(target, target.place + count)) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(target.bytes.data() + target.place, from, count);
  target.place += count;
  return count;
}

OPJ_BOOL seek(OPJ_OFF_T place, void* data) {
  auto& target = *static_cast<Target*>(data);
  if (place < 0 || !reach(target, static_cast<std::size_t>(place))) return OPJ_FALSE;
  target.place = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void* data) {
  auto& target = *static_cast<Target*>(data);
  return seek(static_cast<OPJ_OFF_T>(target.place) + count, data) == OPJ_TRUE ? count : -1;
}

void keep(const char* message, void* data) {
  auto& text = *static_cast<std::string*>(data);
  if (!text.empty()) return;
  text = message;
  text.resize(std::min(text.find('\n'), text.size()));
}

template <typename Sample>
std::unique_ptr<opj_image_t, FreePicture> picture_of(const Raster<Sample>& raster) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(raster.width);
  component.h = static_cast<OPJ_UINT32>(raster.height);
  component.prec = 8 * sizeof(Sample);
  std::vector<opj_image_cmptparm_t> components(static_cast<std::size_t>(raster.channels), component);
  std::unique_ptr<opj_image_t, FreePicture> picture(
      opj_image_create(static_cast<OPJ_UINT32>(raster.channels), components.data(), OPJ_CLRSPC_SRGB));
  if (picture == nullptr) throw std::bad_alloc();
  picture->x1 = component.w;
  picture->y1 = component.h;
  const auto channels = static_cast<std::size_t>(raster.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    OPJ_INT32* to = picture->comps[c].data;
    for (std::size_t i = c; i < raster.samples.size(); i += channels) *to++ = raster.samples[i];
  }
  return picture;
}

opj_cparameters_t parameters_for(int width, int height) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.irreversible = 0;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = 0;  // no limit: without loss
  parameters.tcp_mct = 1;       // the reversible transform of R G B
  // The default of six resolutions, or as many as the picture has powers of two.
  while (parameters.numresolution > 1 && std::min(width, height) < 1 << (parameters.numresolution - 1)) {
    --parameters.numresolution;
  }
  return parameters;
}

std::vector<std::byte> codestream_of(const Photo& photo, const std::string& name) {
  const auto picture = std::visit([](const auto& raster) { return picture_of(raster); }, photo.pixels);
  opj_cparameters_t parameters = parameters_for(photo.width(), photo.height());
  Target target;
  std::string message;
  const std::unique_ptr<opj_stream_t, CloseStream> stream(opj_stream_default_create(OPJ_STREAM_WRITE));
  const std::unique_ptr<opj_codec_t, CloseCodec> codec(opj_create_compress(OPJ_CODEC_J2K));
  if (stream == nullptr || codec == nullptr) throw std::bad_alloc();
  opj_stream_set_user_data(stream.get(), &target, nullptr);
  opj_stream_set_write_function(stream.get(), write);
  opj_stream_set_seek_function(stream.get(), seek);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_set_error_handler(codec.get(), keep, &message);
  const bool written = opj_setup_encoder(codec.get(), &parameters, picture.get()) == OPJ_TRUE &&
                       opj_start_compress(codec.get(), picture.get(), stream.get()) == OPJ_TRUE &&
                       opj_encode(codec.get(), stream.get()) == OPJ_TRUE &&
                       opj_end_compress(codec.get(), stream.get()) == OPJ_TRUE;
  if (target.out_of_memory) throw std::bad_alloc();
  if (!written) throw Error(ErrorKind::failed, name, "could not be encoded: " + message);
  return std::move(target.bytes);
}

// The file around the codestream, ISO/IEC 15444-1, annex I.
void append_number(std::vector<std::byte>& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i > 0; --i) to.push_back(static_cast<std::byte>(value >> (8 * (i - 1)) & 0xFFU));
}

std::vector<std::byte> bytes_of_text(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// A fraction of 16 bits above and below, and a power of ten: for a metre (I.5.3.7.1).
struct Resolution {
  std::uint64_t over = 1;
  std::uint64_t under = 1;
  std::uint64_t power = 0;
};
Resolution resolution_of(double value) {
  constexpr double most = 65535;
  // Whole dots for an inch stay exact: an inch is 254 / 10^4 metres. PNG's whole ones for a metre are that near to
  // them.
  constexpr double whole = 0.02;
  const double for_inch = value / inches_per_metre;
  if (for_inch >= 1 && for_inch <= most && std::abs(for_inch - std::round(for_inch)) < whole) {
    return {static_cast<std::uint64_t>(std::lround(for_inch)), 254, 4};
  }
  Resolution result;
  while (value > most) {
    value /= 10;
    ++result.power;
  }
  const double under = std::clamp(std::floor(most / value), 1.0, 10'000.0);
  result.under = static_cast<std::uint64_t>(under);
  result.over = static_cast<std::uint64_t>(std::clamp(std::round(value * under), 1.0, most));
  return result;
}

std::vector<std::byte> header_of(const Photo& photo) {
  std::vector<std::byte> header;
  std::vector<std::byte> content;
  append_number(content, static_cast<std::uint64_t>(photo.height()), 4);
  append_number(content, static_cast<std::uint64_t>(photo.width()), 4);
  append_number(content, static_cast<std::uint64_t>(photo.channels()), 2);
  append_number(content, static_cast<std::uint64_t>(photo.bits() - 1), 1);
  append_number(content, 7, 1);  // the compression, the only one
  append_number(content, 0, 1);  // the colours are known
  append_number(content, 0, 1);  // no rights are stated
  append_box(header, "ihdr", content);
  content.clear();
  const auto profile = photo.metadata.profile();
  append_number(content, profile.empty() ? 1 : 2, 1);  // by number, or by a profile
  append_number(content, 0, 2);                        // precedence and approximation
  if (profile.empty()) append_number(content, 16, 4);  // sRGB
  content.insert(content.end(), profile.begin(), profile.end());
  append_box(header, "colr", content);
  if (photo.channels() == 4) {
    content.clear();
    append_number(content, 4, 2);
    for (const std::array<std::uint64_t, 3> channel :
         {std::array<std::uint64_t, 3>{0, 0, 1}, {1, 0, 2}, {2, 0, 3}, {3, 1, 0}}) {
      for (const std::uint64_t number : channel) append_number(content, number, 2);
    }
    append_box(header, "cdef", content);
  }
  if (photo.density && photo.density->unit == Density::Unit::metre) {
    content.clear();
    const Resolution down = resolution_of(photo.density->vertical);
    const Resolution across = resolution_of(photo.density->horizontal);
    for (const Resolution& of : {down, across}) {
      append_number(content, of.over, 2);
      append_number(content, of.under, 2);
    }
    append_number(content, down.power, 1);
    append_number(content, across.power, 1);
    std::vector<std::byte> of_scan;
    append_box(of_scan, "resc", content);
    append_box(header, "res ", of_scan);
  }
  return header;
}

}  // namespace

std::vector<std::byte> save_jpeg_2000(const Photo& photo, const std::string& name, const EncodeOptions& /*options*/,
                                      const Warn& warn) {
  using namespace std::string_view_literals;
  if (photo.density && photo.density->unit == Density::Unit::none) {
    warn(name + ": JPEG 2000 states no mere proportion of a pixel's sides; the photo's is left out");
  }
  const std::vector<std::byte> codestream = codestream_of(photo, name);
  constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max() - 8;
  if (codestream.size() > most) {
    throw Error(ErrorKind::unsupported, name, "would have more than 4 GB, too many for a JPEG 2000's box",
                "choose an output that ends in .tif");
  }
  std::vector<std::byte> file;
  append_box(file, "jP  ", bytes_of_text("\r\n\x87\n"sv));
  append_box(file, "ftyp", bytes_of_text("jp2 \0\0\0\0jp2 "sv));
  append_box(file, "jp2h", header_of(photo));
  append_box(file, "jp2c", codestream);
  return file;
}

}  // namespace colourize::photo
