// A generator: a network that invents colours, with what one must know to feed it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/graph/graph.h"
#include "weights/weights.h"

namespace colourize {

// What goes in and comes out; the photo's colouriser reads and writes accordingly.
enum class Interface : std::uint8_t {
  rgb,     // wide, deep: grey as ImageNet-normalised RGB in, normalised RGB of the same size out
  chroma,  // lite: scaled luma in, Cb and Cr at a quarter of the size out
};

struct Generator {
  std::string name;  // "lite", "wide" or "deep"
  Interface interface = Interface::rgb;
  graph::Graph graph;
  int size_multiple = 16;          // of the input's side, in pixels
  int default_render_factor = 35;  // the input's side is 16 x the render factor
  // chroma only: input = (Y - luma_mean) / luma_scale, Y in 0..255
  float luma_mean = 0;
  float luma_scale = 1;
  // chroma only: what luma goes through before that; see engine/photo/blur.h and tone.h. 0: nothing.
  float input_blur = 0;         // deviation of a Gaussian, in pixels of the input
  float least_input_range = 0;  // of a photo's luma, 0 to 255

  // What the graph points into.
  std::shared_ptr<const weights::Weights> weights;
  std::vector<float> swatches;

  std::int64_t input_channels() const { return interface == Interface::rgb ? 3 : 1; }
};

constexpr int smallest_render_factor = 8;
constexpr int largest_render_factor = 64;

// Recognises the generator by its tensors' names and builds its graph. Throws Error when they are no generator's, or
// when one is missing or misshapen.
Generator build_generator(std::shared_ptr<const weights::Weights> weights);

// The side of the generator's square input for a render factor, in pixels: 16 x the factor, rounded up to what the
// generator takes. Throws Error when the factor is not in 8..64.
int input_side(const Generator& generator, int render_factor);

}  // namespace colourize
