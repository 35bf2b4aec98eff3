// A generator: a network that invents colours, and what a caller must know to feed it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/graph/graph.h"
#include "kernels/pictures.h"
#include "weights/models/model.h"
#include "weights/weights.h"

namespace colourize {

// How a picture's luma becomes the network's input, and the network's output becomes colours.
struct Encoding {
  std::int64_t input_channels = 1;  // all of them hold the luma
  kernels::Normalisation input;     // from luma, 0 to 255
  double input_blur = 0;            // a Gaussian that first softens luma: its deviation in pixels of the input; 0: none
  float least_input_range = 0;      // of a photo's luma, 0 to 255; see session::stretched_tone()
  kernels::Colours colours = kernels::Colours::chroma;
  kernels::Normalisation output;  // for `rgb` colours
};

struct Generator {
  std::string name;  // the model's name
  weights::Speed speed = weights::Speed::slow;
  Encoding encoding;
  graph::Graph graph;
  int size_multiple = 16;          // the input's side is a multiple of this, in pixels
  int default_render_factor = 35;  // the input's side is 16 x the render factor, in pixels

  // Owns what the graph points to.
  std::shared_ptr<const weights::Weights> weights;
  std::vector<float> swatches;

  std::int64_t input_channels() const { return encoding.input_channels; }
};

constexpr int smallest_render_factor = 8;
constexpr int largest_render_factor = 64;

// Recognises the model by its mark (weights/models/) and builds its graph. Throws Error of the kind `unsupported` where
// the tensors belong to no known model, or where no layer uses one of them. Throws `damaged` where a tensor is missing
// or has the wrong shape.
Generator build_generator(std::shared_ptr<const weights::Weights> weights);

// The side of the generator's square input for a render factor, in pixels: 16 x the factor, rounded up to a size that
// the generator takes. Throws Error where the factor is not in 8..64.
int input_side(const Generator& generator, int render_factor);

}  // namespace colourize
