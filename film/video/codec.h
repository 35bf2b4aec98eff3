// How the coloured pictures are encoded: which encoder, with which settings, into which format of pixels.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "film/video/libav.h"
#include "system/warnings.h"
#include "weights/models/model.h"

namespace colourize::film {

enum class VideoCodec : std::uint8_t { h264, h265, ffv1, prores };

// The names that a person gives.
const std::map<std::string, VideoCodec>& video_codecs();

struct CodecOptions {
  VideoCodec codec = VideoCodec::h264;
  int crf = 16;                             // h264, h265: 0 (lossless luma and chroma) to 51
  std::string preset;                       // h264, h265: x264's names; empty: see default_preset()
  std::optional<std::string> pixel_format;  // libav's name; none: see choose_pixel_format()
};

// What there is to encode.
struct PictureFormat {
  int width = 0;
  int height = 0;
  int bits = 8;  // of luma
  AVPixelFormat source = AV_PIX_FMT_YUV420P;
  AVFieldOrder field_order = AV_FIELD_UNKNOWN;
};

// Whether a picture is two fields.
bool is_interlaced(AVFieldOrder order);

// By the generator's speed: a network that takes a second a frame leaves time for good compression at no cost; with a
// fast one the encoder would take most of the time.
std::string default_preset(weights::Speed speed);

// Planar Y, Cb, Cr as deep as the source's luma (ProRes: 10 bits), chroma
//   h264, h265   4:2:0; where the width or the height is odd, which 4:2:0 cannot hold in them, 4:2:2 or 4:4:4, which is
//                warned of
//   ffv1         as the source has it; 4:2:0 for grey
//   prores       4:2:2
// Warns too where a format that was asked for holds fewer bits of luma than the source has.
// Throws Error where a format that was asked for is unknown, or is not such a format of the codec.
AVPixelFormat choose_pixel_format(const CodecOptions& options, const PictureFormat& pictures, const Warn& warn);

// Whether what is decoded is what was encoded, bit for bit.
bool is_lossless(const CodecOptions& options);

// Roughly, in bytes a picture: for the estimate of room on the disk.
double estimated_bytes(const CodecOptions& options, const PictureFormat& pictures);

// An encoder, not yet opened, with the codec's settings: size, format, quality, threads, order of pictures. `reorders`:
// whether pictures may be stored in another order than shown, which not every container can hold. The number of threads
// follows from the picture's size alone, for it changes what the encoders write. Throws Error where this build of libav
// has no such encoder.
Codec make_encoder(const CodecOptions& options, const PictureFormat& pictures, AVPixelFormat format, bool reorders);

}  // namespace colourize::film
