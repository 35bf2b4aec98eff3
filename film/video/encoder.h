// The format of the video stream that the film is written with, and an encoder for a part of it.
#pragma once

#include <cstdint>
#include <functional>

#include "film/video/codec.h"
#include "film/video/colour_space.h"
#include "film/video/decoder.h"
#include "film/video/planes.h"
#include "system/warnings.h"

namespace colourize::film {

// What the encoders of all segments of a film share.
struct VideoFormat {
  CodecOptions options;
  FrameFormat frames;
  OutputFrames output;
  ColourTags tags;
  AVRational time_base{1, 1};
  AVRational frame_rate{0, 1};
  AVRational sample_aspect{0, 1};
  bool reorders = true;        // frames may be stored in another order than shown
  bool global_header = false;  // the container stores the codec's header apart from the frames
};

// The format for the film that `decoder` reads, in a container of the format `container`. Warns as
// choose_pixel_format() does, and where the codec loses the fields' order.
VideoFormat video_format(const Input& input, const Decoder& decoder, const CodecOptions& options, bool side_by_side,
                         const AVOutputFormat& container, const Warn& warn);

// The format for a stream of uncompressed frames. Chroma is as in the source unless options.pixel_format says
// otherwise.
VideoFormat y4m_format(const Input& input, const Decoder& decoder, CodecOptions options, bool side_by_side,
                       const Warn& warn);

// Called with each packet. Its times are in the format's time base. Do not use its `dts`.
using TakePacket = std::function<void(const AVPacket& packet)>;

// Encodes a run of frames. The first one can be decoded without any frames before the run.
class VideoEncoder {
 public:
  // Throws Error that names the encoder where it cannot be opened.
  explicit VideoEncoder(const VideoFormat& format);

  // Encodes a frame of the format; each has a higher pts than the one before.
  void encode(const AVFrame& frame, const TakePacket& take);
  // Encodes what is left. No frame may follow.
  void finish(const TakePacket& take);

  const AVCodecContext& context() const { return *codec_; }

 private:
  void send(const AVFrame* frame, const TakePacket& take);

  Codec codec_;
  Packet packet_;
};

}  // namespace colourize::film
