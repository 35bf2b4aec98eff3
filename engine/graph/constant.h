// Nodes whose values depend on no picture: numbers of the checkpoint, and codes of positions. No operation computes
// them. The executor writes them into its arena before the first run of a plan, the same for each picture of a batch.
//
// Such a type has a kind, inputs and channels() as the types in node.h, and
//   shape(InputShapes)  the shape of its value, where n is 1
//   values(Shape)       its numbers for that shape, packed NHWC
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/graph/node.h"

namespace colourize::graph {

template <class Node>
concept ConstantNode = requires(const Node& node, const kernels::Shape& shape) {
  node.values(shape);
};

// Numbers that belong to the network, such as embeddings: `positions` pixels side by side, with `channels` each.
struct Constant {
  static constexpr std::string_view kind = "constant";
  static constexpr std::size_t inputs = 0;

  std::span<const float> numbers;  // positions x channels
  std::int64_t positions = 1;
  std::int64_t channel_count = 1;

  // Throws Error where there are more or fewer numbers.
  std::int64_t channels(const InputChannels& inputs) const;
  kernels::Shape shape(const InputShapes& /*inputs*/) const { return {1, 1, positions, channel_count}; }
  std::vector<float> values(const kernels::Shape& /*shape*/) const { return {numbers.begin(), numbers.end()}; }
};

// Codes of the positions of the input, of which only the size counts (Carion et al. 2020, "End-to-End Object Detection
// with Transformers", section A.4: the sine code of Vaswani et al. 2017 along two axes). With C = `channel_count`,
// which is a multiple of 4, and H x W pixels:
//   row code of row y (0, 1, ...):  u = 2 pi (y + 1) / (H + 1e-6), and for k = 0, 1, ... C/2 - 1
//     sin(u / 10000^(2 floor(k / 2) / (C / 2))) for even k, cos of the same for odd k
//   column code: likewise, of the column and W
//   channels: the row's C/2, then the column's C/2
struct PositionCode {
  static constexpr std::string_view kind = "position code";
  static constexpr std::size_t inputs = 1;

  std::int64_t channel_count = 256;

  // Throws Error where the count of channels is not a multiple of 4.
  std::int64_t channels(const InputChannels& inputs) const;
  kernels::Shape shape(const InputShapes& inputs) const { return {1, inputs[0].h, inputs[0].w, channel_count}; }
  std::vector<float> values(const kernels::Shape& shape) const;
};

}  // namespace colourize::graph
