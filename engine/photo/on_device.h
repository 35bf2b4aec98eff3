// The steps around a generator on the device that runs it: what generator_input(), generator_chroma() and merge() do on the
// host. Only the photo's own samples go to the device and come back.
#pragma once

#include <memory>
#include <optional>

#include "engine/generators/generator.h"
#include "engine/photo/photo.h"
#include "engine/photo/resample.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// The windows and weights as a device takes them: in float32.
kernels::ResizeAxis resize_axis(const Resampling& axis);

class DeviceSteps {
 public:
  // Both must outlive the steps.
  DeviceSteps(const Generator& generator, kernels::PictureOperations& operations)
      : generator_(generator),
        operations_(operations),
        picture_(operations.picture()),
        to_square_(generator.input_blur),
        to_photo_(0) {}

  // The photo as the first picture of `square`.
  void write_input(const Photo& photo, const kernels::View& square);
  // The photo that was last given, with the colours that the generator made of it; none where they are not finite.
  std::optional<Photo> merge(const Photo& photo, const kernels::ConstView& colours);

 private:
  // From one size to another, and then blurred (0: not), kept for as long as both sizes stay.
  class Resize {
   public:
    explicit Resize(double blur) : blur_(blur) {}
    const kernels::PreparedResize& prepare(kernels::PictureOperations& operations, int from_width, int from_height,
                                           int width, int height);

   private:
    struct Sizes {
      int from_width = 0;
      int from_height = 0;
      int width = 0;
      int height = 0;
      bool operator==(const Sizes&) const = default;
    };
    double blur_;
    Sizes sizes_;
    std::unique_ptr<kernels::PreparedResize> prepared_;
  };

  const Generator& generator_;
  kernels::PictureOperations& operations_;
  std::unique_ptr<kernels::PictureMemory> picture_;
  Resize to_square_;
  Resize to_photo_;
};

}  // namespace colourize::photo
