// The steps between a picture's samples and a generator's views, which each backend computes where it computes the
// generator. kernels/reference/ is the yardstick. Luma and chroma are those of kernels/bt601.h.
//
//   samples -> upload -> input: luma, resized, toned, turned, blurred, normalised -> (the generator) -> chroma
//           -> merge: the samples with that chroma       or  read_luma, read_chroma, and later chroma_planes: a film's
//           planes
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "kernels/plane.h"
#include "kernels/resize_axis.h"
#include "kernels/view.h"

namespace colourize::kernels {

// Of a picture: pixels in rows, a pixel's channels side by side. Devices of their own memory take fewer than 2^31
// samples.
struct SamplesShape {
  int width = 0;  // pixels, at least 1, as is the height
  int height = 0;
  int channels = 3;  // 1: luma (or Cb, or Cr); 3: red, green, blue; 4: and alpha
  int bytes = 1;     // of a sample: 1 or 2, unsigned, in the processor's order

  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * pixel_bytes(); }
  std::size_t pixel_bytes() const { return static_cast<std::size_t>(channels) * static_cast<std::size_t>(bytes); }
  std::size_t all_bytes() const { return row_bytes() * static_cast<std::size_t>(height); }
};

// Samples in memory of the host; rows begin `stride` bytes apart, which may be negative: a film's frame may lie upside
// down.
struct ConstSamples {
  const void* data = nullptr;
  SamplesShape shape;
  std::ptrdiff_t stride = 0;

  template <class Sample>
  const Sample* row(int y) const {
    return reinterpret_cast<const Sample*>(static_cast<const std::byte*>(data) + y * stride);
  }
};
struct Samples {
  void* data = nullptr;
  SamplesShape shape;
  std::ptrdiff_t stride = 0;

  template <class Sample>
  Sample* row(int y) const {
    return reinterpret_cast<Sample*>(static_cast<std::byte*>(data) + y * stride);
  }
};

// Both axes, where the backend computes. Opaque to everyone else.
class PreparedResize {
 public:
  PreparedResize() = default;
  PreparedResize(const PreparedResize&) = delete;
  PreparedResize& operator=(const PreparedResize&) = delete;
  virtual ~PreparedResize() = default;
};

// A place for one picture where the backend computes: its samples, later its chroma. To be used again for the next
// picture; its memory only grows. Opaque to everyone else.
class PictureMemory {
 public:
  PictureMemory() = default;
  PictureMemory(const PictureMemory&) = delete;
  PictureMemory& operator=(const PictureMemory&) = delete;
  virtual ~PictureMemory() = default;
};

// luma * scale + shift, of luma from 0 to 255: a faded photo's, stretched.
struct Tone {
  float scale = 1;
  float shift = 0;
};

// How a network's channel c holds a value v: as (v / unit - mean[c]) / deviation[c].
struct Normalisation {
  float unit = 1;
  std::array<float, 4> mean{};
  std::array<float, 4> deviation{1, 1, 1, 1};
};

// A picture's luma: (Y - black) * 255 / (white - black), Y of the samples as they are; 0 to 255 for a picture of that
// range.
struct LumaLevels {
  float black = 0;
  float white = 255;
};

// From the picture that was uploaded to picture n of `input`, which is square where the picture is turned and of 1 to 4
// channels:
//   its luma, resized along the rows and then along the columns to the resize's target, each rounded to float32; toned;
//   turned by quarter turns to the right; blurred as the resize says; normalised, in all channels alike, and rounded to
//   the view's type
struct PictureInputArgs {
  const PreparedResize* resize = nullptr;  // from the picture's size
  LumaLevels levels;
  Tone tone;
  int quarter_turns = 0;  // 0 to 3
  Normalisation normalisation;
  View input;
  std::int64_t n = 0;
};

// What a generator's channels are.
enum class Colours : std::uint8_t {
  rgb,     // 3 channels: red, green, blue; v * deviation[c] + mean[c], clamped to 0..1, is the colour
  chroma,  // 2 channels: Cb and Cr, as kernels::Chroma has them
};

// The chroma of picture n of a generator's output, at its size.
struct PictureChromaArgs {
  ConstView output;
  std::int64_t n = 0;
  Colours colours = Colours::chroma;
  Normalisation normalisation;  // rgb only
};

// How a film stores chroma: middle + range * Cb, rounded to nearest, within 0 and `largest`. Full range in 8 bits is
// 128, 255, 255; limited range in 10 bits 512, 896, 1023.
struct ChromaLevels {
  float middle = 128;
  float range = 255;
  float largest = 255;
};

// Work is done in order with the backend's operations, and may not be done when a call returns, unless it says so. All
// throw OutOfMemory where the device's memory does not suffice, and leave a picture then unusable until the next
// upload().
class PictureOperations {
 public:
  virtual ~PictureOperations() = default;

  // blur: of what input() makes with it, the deviation of a Gaussian in target pixels; 0: none.
  virtual std::unique_ptr<PreparedResize> prepare(const ResizeAxis& horizontal, const ResizeAxis& vertical,
                                                  double blur) = 0;
  virtual std::unique_ptr<PictureMemory> picture() = 0;

  // The samples must stay as they are until the picture's last step. Throws Error where the backend takes not as many.
  virtual void upload(PictureMemory& picture, const ConstSamples& samples) = 0;
  virtual void input(PictureMemory& picture, const PictureInputArgs& args) = 0;
  virtual void chroma(PictureMemory& picture, const PictureChromaArgs& args) = 0;

  // What input() was given, resized, toned and turned, but neither blurred nor normalised. Waits.
  virtual Plane read_luma(PictureMemory& picture, const PictureInputArgs& args) = 0;
  // What chroma() made; none where the generator's output held NaN or infinity. Waits.
  virtual std::optional<Chroma> read_chroma(PictureMemory& picture) = 0;
  // The uploaded picture's luma with that chroma, resized (columns first) to the picture, back to red, green and blue,
  // clamped and rounded to nearest at the full range of its samples; alpha stays. `to`: of the shape that was uploaded,
  // 3 or 4 channels, perhaps the uploaded samples themselves. The picture must be uploaded again before it is used
  // again. False, and nothing written, where the generator's output held NaN or infinity. Waits.
  [[nodiscard]] virtual bool merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) = 0;

  // Chroma of the host's, resized to planes of any one size, both of 1 channel; of no width: nothing is done. Waits.
  // Unlike the others, any thread may call it, whatever the backend does meanwhile: a film's chroma is steadied on the
  // host, and its planes are asked for when it is encoded.
  virtual void chroma_planes(const Chroma& chroma, const ChromaLevels& levels, const Samples& blue,
                             const Samples& red) = 0;
};

}  // namespace colourize::kernels
