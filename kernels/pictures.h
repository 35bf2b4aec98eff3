// The steps from a picture's samples to a generator's views and back. Each backend computes them where it computes the
// generator. kernels/reference/ defines the right result. Luma and chroma are those of kernels/bt601.h.
//
//   samples -> upload -> input: luma, resized, toned, turned, blurred, normalised -> (the generator) -> chroma
//           -> merge: the samples with that chroma
//           or read_luma, read_chroma, and later chroma_planes: the planes of a film
//
// For an ensemble, input, the generator, chroma and mean_chroma follow each other once for each member.
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

// The shape of a picture: rows of pixels, with a pixel's channels side by side. Devices with memory of their own take
// fewer than 2^31 samples.
struct SamplesShape {
  int width = 0;  // in pixels, at least 1; so is the height
  int height = 0;
  int channels = 3;  // 1: luma (or Cb, or Cr); 3: red, green, blue; 4: with alpha
  int bytes = 1;     // of a sample: 1 or 2, unsigned, in the processor's byte order

  std::size_t row_bytes() const { return static_cast<std::size_t>(width) * pixel_bytes(); }
  std::size_t pixel_bytes() const { return static_cast<std::size_t>(channels) * static_cast<std::size_t>(bytes); }
  std::size_t all_bytes() const { return row_bytes() * static_cast<std::size_t>(height); }
};

// Samples in the host's memory. Rows begin `stride` bytes apart. The stride may be negative, because a film's frame may
// be stored upside down.
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

// A resize along both axes, in the backend's memory. Only the backend looks inside.
class PreparedResize {
 public:
  PreparedResize() = default;
  PreparedResize(const PreparedResize&) = delete;
  PreparedResize& operator=(const PreparedResize&) = delete;
  virtual ~PreparedResize() = default;
};

// A place for one picture in the backend's memory: its samples, and later its chroma. Use it again for the next
// picture; its memory only grows. Only the backend looks inside.
class PictureMemory {
 public:
  PictureMemory() = default;
  PictureMemory(const PictureMemory&) = delete;
  PictureMemory& operator=(const PictureMemory&) = delete;
  virtual ~PictureMemory() = default;
};

// luma * scale + shift, for luma of 0 to 255. This stretches the luma of a faded photo.
struct Tone {
  float scale = 1;
  float shift = 0;
};

// A network's channel c holds a value v as (v / unit - mean[c]) / deviation[c].
struct Normalisation {
  float unit = 1;
  std::array<float, 4> mean{};
  std::array<float, 4> deviation{1, 1, 1, 1};
};

// A picture's luma is (Y - black) * 255 / (white - black), where Y comes from the stored samples. It is 0 to 255 for a
// picture with this range.
struct LumaLevels {
  float black = 0;
  float white = 255;
};

// From the uploaded picture to picture n of `input`, which has 1 to 4 channels and is square where the picture is
// turned. The steps are:
//   luma, resized along the rows and then along the columns to the resize's target, each rounded to float32;
//   toned; turned by quarter turns to the right; blurred as the resize says;
//   normalised, in all channels alike, and rounded to the view's type.
struct PictureInputArgs {
  const PreparedResize* resize = nullptr;  // must begin at the picture's size
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
  lab,     // 2 channels: a and b of CIELAB in their own units, over the grey that the generator saw (cielab.h)
};

// The channels of a generator's output.
constexpr int channels_of(Colours colours) {
  return colours == Colours::rgb ? 3 : 2;
}

// Computes the chroma of picture n of a generator's output, at the output's size.
struct PictureChromaArgs {
  ConstView output;
  std::int64_t n = 0;
  Colours colours = Colours::chroma;
  Normalisation normalisation;  // rgb only
  // lab only: what input() wrote, with the output's rows and columns and 1 channel. A value v of it stands for the grey
  // v * grey.deviation[0] + grey.mean[0], of 0 to 1.
  ConstView input;
  Normalisation grey;
};

// One member's part in the mean chroma of an ensemble: mean = sum over the members of share * resized chroma.
struct MeanChromaArgs {
  const PreparedResize* resize = nullptr;  // from this chroma's size to the mean's, which is at least as large
  float share = 1;                         // all members' shares add up to 1
  bool first = false;                      // of the picture's members: begins the mean
  bool last = false;                       // the mean becomes the picture's chroma
};

// A film stores chroma as middle + range * Cb, rounded to nearest and clamped to 0..largest. These are 128, 255, 255
// for full range in 8 bits, and 512, 896, 1023 for limited range in 10 bits.
struct ChromaLevels {
  float middle = 128;
  float range = 255;
  float largest = 255;
};

// This work runs in order with the backend's operations. It may continue after a call returns, unless the comment says
// that the call waits. All functions throw OutOfMemory where the device's memory does not suffice; the picture is then
// unusable until the next upload().
class PictureOperations {
 public:
  virtual ~PictureOperations() = default;

  // blur: the deviation of the Gaussian that input() applies with this resize, in target pixels; 0: none.
  virtual std::unique_ptr<PreparedResize> prepare(const ResizeAxis& horizontal, const ResizeAxis& vertical,
                                                  double blur) = 0;
  virtual std::unique_ptr<PictureMemory> picture() = 0;

  // The samples must not change until the picture's last step. Throws Error where the backend cannot take so many
  // samples.
  virtual void upload(PictureMemory& picture, const ConstSamples& samples) = 0;
  virtual void input(PictureMemory& picture, const PictureInputArgs& args) = 0;
  virtual void chroma(PictureMemory& picture, const PictureChromaArgs& args) = 0;
  // Adds what chroma() made to the picture's mean. The sum is in float32, in the order of the calls.
  virtual void mean_chroma(PictureMemory& picture, const MeanChromaArgs& args) = 0;

  // Returns the luma that the last input() used: resized, toned and turned, but not blurred or normalised. Waits.
  virtual Plane read_luma(PictureMemory& picture, const PictureInputArgs& args) = 0;
  // Returns what chroma() made, or the members' mean; none where a generator's output held NaN or infinity. Waits.
  virtual std::optional<Chroma> read_chroma(PictureMemory& picture) = 0;
  // Joins the uploaded picture's luma with that chroma: resizes the chroma (columns first) to the picture, converts to
  // red, green and blue, lessens the chroma of a colour that leaves the samples' full range until it fits, with the
  // same luma (bt601::fitting_share()), and rounds to nearest. Alpha stays. `to` has the uploaded
  // shape, with 3 or 4 channels, and may be the uploaded samples themselves. Upload a picture again before the next
  // use. Returns false, and writes nothing, where a generator's output held NaN or infinity. Waits.
  [[nodiscard]] virtual bool merge(PictureMemory& picture, const PreparedResize& resize, const Samples& to) = 0;

  // Resizes chroma in the host's memory to two planes of the same size, with 1 channel each. Does nothing where they
  // have no width. Waits. Unlike the others, any thread may call this at any time: a film's chroma is stabilised on the
  // host, and the encoder asks for its planes later.
  virtual void chroma_planes(const Chroma& chroma, const ChromaLevels& levels, const Samples& blue,
                             const Samples& red) = 0;
};

}  // namespace colourize::kernels
