// The video stream that is written: what it says of itself, and an encoder for a part of it.
#pragma once

#include <cstdint>
#include <functional>

#include "film/video/codec.h"
#include "film/video/colour_space.h"
#include "film/video/decoder.h"
#include "film/video/planes.h"
#include "system/warnings.h"

namespace colourize::film {

// All that the encoders of one film have in common.
struct VideoFormat {
  CodecOptions options;
  PictureFormat pictures;
  OutputPictures output;
  ColourTags tags;
  AVRational time_base{1, 1};
  AVRational frame_rate{0, 1};
  AVRational sample_aspect{0, 1};
  bool reorders = true;        // pictures may be stored in another order than shown
  bool global_header = false;  // the container wants the codec's header apart from the pictures
};

// For the film that `decoder` reads, into a container of the format `container`. Warns as choose_pixel_format() does,
// and where the codec loses the fields' order.
VideoFormat video_format(const Input& input, const Decoder& decoder, const CodecOptions& options, bool side_by_side,
                         const AVOutputFormat& container, const Warn& warn);

// For a stream of uncompressed pictures: chroma as the source has it unless options.pixel_format says otherwise.
VideoFormat y4m_format(const Input& input, const Decoder& decoder, CodecOptions options, bool side_by_side,
                       const Warn& warn);

// Called with each packet, its times in the format's time base, `dts` not to be used.
using TakePacket = std::function<void(const AVPacket& packet)>;

// Encodes a row of pictures whose first one can be decoded without those before it.
class VideoEncoder {
 public:
  // Throws Error with the encoder's name where it cannot be opened.
  explicit VideoEncoder(const VideoFormat& format);

  // Pictures of the format's, with rising pts.
  void encode(const AVFrame& frame, const TakePacket& take);
  // No picture can follow.
  void finish(const TakePacket& take);

  const AVCodecContext& context() const { return *codec_; }

 private:
  void send(const AVFrame* frame, const TakePacket& take);

  Codec codec_;
  Packet packet_;
};

}  // namespace colourize::film
