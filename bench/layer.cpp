#include "bench/layer.h"

#include <array>
#include <fstream>
#include <sstream>

namespace colourize::bench {

std::vector<Layer> read_layers(const std::string& path) {
  std::ifstream file(path);
  std::vector<Layer> layers;
  std::string line;
  std::getline(file, line);  // the titles
  while (std::getline(file, line)) {
    std::array<std::string, 12> fields;
    std::istringstream stream(line);
    for (std::string& field : fields) std::getline(stream, field, ',');
    const auto number = [&](std::size_t i) { return std::stoll(fields.at(i)); };
    layers.push_back({fields[0],
                      fields[1],
                      static_cast<int>(number(2)),
                      {1, number(3), number(4), number(5)},
                      number(8),
                      static_cast<int>(number(9)),
                      static_cast<int>(number(10)),
                      fields[11] == "true"});
  }
  return layers;
}

LayerRun::LayerRun(const Layer& layer, kernels::Backend& backend)
    : input_(layer.input),
      weights_(static_cast<std::size_t>(layer.out_channels * (layer.depthwise ? 1 : layer.input.c) * layer.kernel *
                                        layer.kernel),
               0.01F),
      executor_(graph_, backend) {
  const int before = layer.padding_before();
  const int after = layer.padding_after();
  const graph::Value input = graph_.input(layer.input.c);
  const graph::Value output =
      graph_.append("layer",
                    graph::Convolution{.weights = {.weight = weights_.data(),
                                                   .out_channels = layer.out_channels,
                                                   .in_channels = layer.input.c,
                                                   .kernel_h = layer.kernel,
                                                   .kernel_w = layer.kernel,
                                                   .groups = layer.depthwise ? static_cast<int>(layer.input.c) : 1},
                                       .stride = layer.stride,
                                       .padding = {before, after, before, after}},
                    {input});
  graph_.set_output(graph_.append("relu", graph::relu, {output}));
  float value = 0;
  for (float& pixel : input_.values()) pixel = (value = value > 1 ? -1 : value + 0.01F);
  executor_.run(input_);
  executor_.start(input_);
}

const graph::PlannedStep& LayerRun::step() {
  return executor_.prepare(input_.shape()).steps.front();
}

}  // namespace colourize::bench
