// Converts decoded frames to frames with a plane of luma of 8 or 10 bits.
#pragma once

#include "film/video/libav.h"
#include "system/warnings.h"

namespace colourize::film {

// All frames have one size and format.
class LumaFrames {
 public:
  // For a film that begins with this frame. `name` is for messages. `warn` receives that luma is converted. Throws
  // Error where the format cannot be converted.
  LumaFrames(const AVFrame& first, std::string name, const Warn& warn);

  // Returns the frame itself where plane 0 is luma of 8 or 10 bits already, without changing a bit. It converts others
  // (red, green and blue; packed; other depths), and resizes those of another size, which it warns of once.
  Frame normalise(Frame frame);

  // Describe the frames that normalise() returns.
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

// True where plane 0 of this format is luma only, with 8 bits, or with 10 bits in two bytes of this processor's order.
bool has_luma_plane(AVPixelFormat format);
// Bits of a sample of component 0.
int luma_bits(AVPixelFormat format);

}  // namespace colourize::film
