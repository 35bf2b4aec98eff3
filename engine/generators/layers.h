// Layers by their names in the checkpoint: each method finds its weights, reads its sizes off them and adds its nodes
// to the graph, so that a generator's description holds neither channel counts nor pointers.
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

// Every method throws Error that names the tensor when it is missing or its shape does not fit.
class Layers {
 public:
  // Both are borrowed. The graph points into the weights, whose convolutions keep them alive.
  Layers(graph::Graph& graph, const weights::Weights& weights);

  graph::Graph& graph() { return graph_; }
  bool has(const std::string& name) const { return weights_.contains(name + ".weight"); }

  // "name.weight" (out x in / groups x kernel_h x kernel_w, or out x in x 1), "name.bias" where there is one.
  Value convolution(const std::string& name, Value x, const ConvolutionOptions& options = {});
  // "name.weight" and "name.bias", a scale and a shift a channel: a batch norm that could not be folded.
  Value affine(const std::string& name, Value x);
  // "name.query", "name.key", "name.value" and "name.gamma".
  Value self_attention(const std::string& name, Value x);
  // The 1x1 convolution `convolution`, ReLU, pixel shuffle by 2 and blur; the last node is `name`.
  Value upsample(const std::string& name, const std::string& convolution, Value x);

 private:
  graph::Graph& graph_;
  const weights::Weights& weights_;
  std::shared_ptr<const kernels::WeightMemory> memory_;
};

}  // namespace colourize::generators
