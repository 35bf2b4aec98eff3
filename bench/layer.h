// The distinct convolutions of the generators (layers.csv), each as a network of its own.
#pragma once

#include <string>
#include <vector>

#include "engine/graph/executor.h"

namespace colourize::bench {

struct Layer {
  std::string network;  // "wide-336"
  std::string name;     // of the first one of this shape
  int count = 0;        // how many there are
  kernels::Shape input;
  std::int64_t out_channels = 0;
  int kernel = 1;
  int stride = 1;
  bool depthwise = false;

  // Zeros before the first pixel, and behind the last one, in rows and columns alike.
  int padding_before() const { return (kernel - stride + 1) / 2; }
  int padding_after() const { return stride == 1 ? kernel / 2 : (kernel - 1) / 2; }
};

// In the file's order.
std::vector<Layer> read_layers(const std::string& path);

// A layer ready to run, with a ReLU behind it; its weights are all the same.
class LayerRun {
 public:
  // The backend must outlive it.
  LayerRun(const Layer& layer, kernels::Backend& backend);

  // May return before it is done; see Backend::synchronize().
  void run() { executor_.run_step(0); }
  const graph::PlannedStep& step();

 private:
  Tensor input_;
  std::vector<float> weights_;
  graph::Graph graph_;
  graph::Executor executor_;
};

}  // namespace colourize::bench
