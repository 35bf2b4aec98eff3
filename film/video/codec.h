// How the coloured frames are encoded: the encoder, its settings, and the pixel format.
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

// The names that a person can choose.
const std::map<std::string, VideoCodec>& video_codecs();

struct CodecOptions {
  VideoCodec codec = VideoCodec::h264;
  int crf = 16;                             // h264, h265: 0 (lossless luma and chroma) to 51
  std::string preset;                       // h264, h265: x264's names; empty: see default_preset()
  std::optional<std::string> pixel_format;  // libav's name; none: see choose_pixel_format()
};

// What the encoder will receive.
struct FrameFormat {
  int width = 0;
  int height = 0;
  int bits = 8;  // of luma
  AVPixelFormat source = AV_PIX_FMT_YUV420P;
  AVFieldOrder field_order = AV_FIELD_UNKNOWN;
};

// True where a frame consists of two fields.
bool is_interlaced(AVFieldOrder order);

// Depends on the generator's speed. A network that takes a second per frame leaves time for good compression at no
// cost. With a fast network, the encoder would take most of the time.
std::string default_preset(weights::Speed speed);

// Chooses planar Y, Cb, Cr, as deep as the source's luma (ProRes: 10 bits). Chroma is
//   h264, h265   4:2:0. These encoders cannot hold an odd width or height in it; then 4:2:2 or 4:4:4, and a
//                warning
//   ffv1         as in the source; 4:2:0 for grey
//   prores       4:2:2
// Also warns where a format that the caller asked for has fewer bits of luma than the source. Throws Error where that
// format is unknown, or where the codec does not have it in this form.
AVPixelFormat choose_pixel_format(const CodecOptions& options, const FrameFormat& frames, const Warn& warn);

// True where decoding gives back exactly what was encoded.
bool is_lossless(const CodecOptions& options);

// A rough number of bytes per frame, for the estimate of disk space.
double estimated_bytes(const CodecOptions& options, const FrameFormat& frames);

// Returns an encoder that is not open yet, with the codec's settings: size, format, quality, threads, order of frames.
// `reorders`: frames may be stored in another order than they are shown, which some containers cannot hold. The number
// of threads depends on the frame's size only, because it changes what the encoders write. Throws Error where this
// build of libav does not have the encoder.
Codec make_encoder(const CodecOptions& options, const FrameFormat& frames, AVPixelFormat format, bool reorders);

}  // namespace colourize::film
