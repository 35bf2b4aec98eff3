// What lies between a picture's samples and a generator's views, for backends that compute it where they compute the generator:
// only the samples then go there and back, as they are. engine/photo does the same on the host and is the yardstick.
// Luma and chroma are those of kernels/bt601.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/view.h"

namespace colourize::kernels {

// Of a picture: pixels in rows, a pixel's channels side by side. Fewer than 2^31 samples.
struct SamplesShape {
  int width = 0;  // pixels, at least 1, as is the height
  int height = 0;
  int channels = 3;  // 1: luma (or Cb, or Cr); 3: red, green, blue; 4: and alpha
  int bytes = 1;     // of a sample: 1 or 2, unsigned, in the processor's order

  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * pixel_bytes(); }
  std::size_t pixel_bytes() const { return static_cast<std::size_t>(channels) * static_cast<std::size_t>(bytes); }
  std::size_t all_bytes() const { return row_bytes() * static_cast<std::size_t>(height); }
};

// Samples in memory of the host; rows begin `stride` bytes apart, at least row_bytes().
struct ConstSamples {
  const void* data = nullptr;
  SamplesShape shape;
  std::size_t stride = 0;
};
struct Samples {
  void* data = nullptr;
  SamplesShape shape;
  std::size_t stride = 0;
};

// One axis of a resize. Target t is the sum over i of weights[begin[t] + i] * source[first[t] + i], i from 0 to
// begin[t + 1] - begin[t].
struct ResizeAxis {
  int from = 0;
  std::vector<int> first;  // one a target
  std::vector<int> begin;  // and one more
  std::vector<float> weights;

  int to() const { return static_cast<int>(first.size()); }
};

// Both axes, where the backend computes. Opaque to everyone else.
class PreparedResize {
 public:
  PreparedResize() = default;
  PreparedResize(const PreparedResize&) = delete;
  PreparedResize& operator=(const PreparedResize&) = delete;
  virtual ~PreparedResize() = default;
};

// A place for one picture where the backend computes: its samples, later its chroma. To be used again for the next picture;
// its memory only grows. Opaque to everyone else.
class PictureMemory {
 public:
  PictureMemory() = default;
  PictureMemory(const PictureMemory&) = delete;
  PictureMemory& operator=(const PictureMemory&) = delete;
  virtual ~PictureMemory() = default;
};

// v * scale[c] + shift[c] for a generator's channel c.
struct ChannelScaling {
  std::array<float, 4> scale{1, 1, 1, 1};
  std::array<float, 4> shift{};
};

// From the picture that was uploaded to picture n of `input`, of the resize's target size and of 1 to 4 channels:
//   luma      (Y - black) * 255 / (white - black), Y of the samples as they are: 0 to 255 for a picture of that range
//   resized   along the rows first, in float32
//   input     v * scale[c] + shift[c], rounded to the view's type
struct PictureInputArgs {
  const PreparedResize* resize = nullptr;  // from the picture's size
  float black = 0;
  float white = 255;
  ChannelScaling scaling;
  View input;
  std::int64_t n = 0;
};

// What a generator's channels are.
enum class Colours : std::uint8_t {
  rgb,     // 3 channels: red, green, blue; v * scale[c] + shift[c], clamped to 0..1, is the colour
  chroma,  // 2 channels: Cb and Cr, around 0, as a fraction of the full range (-0.5 to 0.5)
};

// The chroma of picture n of a generator's output, at its size.
struct PictureChromaArgs {
  ConstView output;
  std::int64_t n = 0;
  Colours colours = Colours::chroma;
  ChannelScaling scaling;  // rgb only
};

// How a film stores chroma: middle + range * Cb, rounded to nearest, within 0 and `largest`. Full range in 8 bits is 128, 255,
// 255; limited range in 10 bits 512, 896, 1023.
struct ChromaLevels {
  float middle = 128;
  float range = 255;
  float largest = 255;
};

// Work is done in order with the backend's operations. Everything but merge() and chroma_planes() may return before its work
// is done; what is on the host may be changed or freed when a call has returned. All throw OutOfMemory where the device's
// memory does not suffice, and leave a picture then unusable until the next upload().
class PictureOperations {
 public:
  virtual ~PictureOperations() = default;

  virtual std::unique_ptr<PreparedResize> prepare(const ResizeAxis& horizontal, const ResizeAxis& vertical) = 0;
  virtual std::unique_ptr<PictureMemory> picture() = 0;

  // Throws Error where there are 2^31 samples or more.
  virtual void upload(PictureMemory& picture, const ConstSamples& samples) = 0;
  virtual void input(PictureMemory& picture, const PictureInputArgs& args) = 0;
  virtual void chroma(PictureMemory& picture, const PictureChromaArgs& args) = 0;

  // The uploaded picture's luma with that chroma, resized (columns first) to the picture, back to red, green and blue, clamped
  // and rounded to nearest at the full range of its samples; alpha stays. `to`: of the shape that was uploaded, 3 or 4
  // channels. The picture must be uploaded anew before it is used again.
  // False, and nothing written, where the generator's output held NaN or infinity.
  [[nodiscard]] virtual bool merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) = 0;
  // That chroma alone, resized to planes of any one size, both of 1 channel. The same result.
  [[nodiscard]] virtual bool chroma_planes(PictureMemory& picture, const PreparedResize& resize,
                                           const ChromaLevels& levels, const Samples& blue, const Samples& red) = 0;
};

}  // namespace colourize::kernels
