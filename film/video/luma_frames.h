// Frames with a plane of luma of 8 or 10 bits, whatever a decoder gives.
#pragma once

#include "film/video/libav.h"
#include "system/warnings.h"

namespace colourize::film {

// Frames of one size and format.
class LumaFrames {
 public:
  // For films that begin with this frame. `name` is for messages. `warn` hears that luma is converted. Throws Error
  // where the format cannot be converted.
  LumaFrames(const AVFrame& first, std::string name, const Warn& warn);

  // The frame itself where plane 0 is luma of 8 or 10 bits already: not a bit of it is touched. Others (red, green and
  // blue; packed; of other depths) are converted, and those of another size resized, which is warned of once.
  Frame normalise(Frame frame);

  // Of what normalise() gives.
  int width() const { return width_; }
  int height() const { return height_; }
  int bits() const { return bits_; }
  AVPixelFormat format() const { return format_; }

 private:
  std::string name_;
  Warn warn_;
  int width_;
  int height_;
  int bits_;
  bool direct_;
  AVPixelFormat format_;
  bool complained_ = false;
  Scaler scaler_;
};

// Whether plane 0 of this format is luma alone, of 8 bits or of 10 in two bytes of this processor's order.
bool has_luma_plane(AVPixelFormat format);
// Of a sample of component 0.
int luma_bits(AVPixelFormat format);

}  // namespace colourize::film
