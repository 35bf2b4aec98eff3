// A photo in, the photo in colour out.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "engine/generators/generator.h"
#include "engine/graph/executor.h"
#include "engine/photo/on_device.h"
#include "engine/photo/photo.h"

namespace colourize::photo {

struct ColourizerOptions {
  std::optional<int> render_factor;  // none: the generator's own default
  bool exact = false;                // the original's 8-bit steps instead of floating point and the photo's own depth
};

class Colourizer {
 public:
  // Both must outlive the colouriser. Throws Error when the render factor is not in 8..64.
  Colourizer(const Generator& generator, kernels::Backend& backend, const ColourizerOptions& options = {});

  // A photo of the same size with the photo's own luma, alpha and metadata. Throws Error when memory does not suffice;
  // never returns a grey picture for a failed one.
  Photo colourize(const Photo& photo);

  // Called as the generator runs; see graph::Progress.
  void set_progress(graph::Progress progress) { executor_.set_progress(std::move(progress)); }

  // The memory of a run, in bytes, weights aside: known before the first one.
  std::size_t arena_bytes();
  // The side of the square that the generator sees, in pixels.
  int side() const { return side_; }

 private:
  Photo colourize_on_device(const Photo& photo);
  Photo colourize_exactly(const Photo& photo);
  Tensor run(const Tensor& square);
  kernels::Shape input_shape() const { return {1, side_, side_, generator_.input_channels()}; }

  const Generator& generator_;
  graph::Executor executor_;
  std::optional<DeviceSteps> device_steps_;  // where the backend has them
  bool exact_;
  bool half_;  // activations are float16
  int side_;
};

}  // namespace colourize::photo
