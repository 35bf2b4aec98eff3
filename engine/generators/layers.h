// Layers by their names in the checkpoint. Each method finds its weights, reads its sizes off them, and adds its nodes
// to the graph. So a generator's description needs neither channel counts nor pointers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/graph.h"
#include "weights/weights.h"

namespace colourize::generators {

using graph::Value;

struct ConvolutionOptions {
  int stride = 1;
  // None: (kernel - 1) / 2 on every side, which keeps the size at stride 1.
  std::optional<kernels::Padding> padding;
  int groups = 1;
};

// Every method throws Error that names a tensor that is missing or has the wrong shape.
class Layers {
 public:
  // Borrows both. The graph points into the weights; its convolutions keep the weights alive.
  Layers(graph::Graph& graph, const weights::Weights& weights);

  graph::Graph& graph() { return graph_; }
  bool has(const std::string& name) const { return weights_.contains(name + ".weight"); }

  // Reads "name.weight" (out x in / groups x kernel_h x kernel_w, or out x in x 1), and "name.bias" where it exists.
  Value convolution(const std::string& name, Value x, const ConvolutionOptions& options = {});
  // The same for a convolution that treats each channel apart: as many groups as `x` has channels.
  Value depthwise(const std::string& name, Value x, ConvolutionOptions options = {});
  // Reads "name.weight" and "name.bias", a scale and a shift for each channel: a batch norm that could not be folded.
  Value affine(const std::string& name, Value x);
  // Reads "name.weight" and "name.bias": a layer norm over the channels of each pixel.
  Value layer_norm(const std::string& name, Value x, float epsilon);
  // Reads nothing: a layer norm whose scale and shift other layers have taken over.
  Value standardise(const std::string& name, Value x, float epsilon);
  // Reads "name.weight", positions x channels, which no picture changes: 1 x positions pixels.
  Value constant(const std::string& name);
  // Reads "name.query", "name.key", "name.value" and "name.gamma".
  Value self_attention(const std::string& name, Value x);
  // The 1x1 convolution `convolution`, ReLU, pixel shuffle by 2 and blur; the last node is `name`.
  Value upsample(const std::string& name, const std::string& convolution, Value x);

 private:
  graph::Graph& graph_;
  const weights::Weights& weights_;
  std::shared_ptr<const kernels::WeightMemory> memory_;
};

}  // namespace colourize::generators
