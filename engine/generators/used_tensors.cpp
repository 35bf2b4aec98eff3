#include "engine/generators/used_tensors.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <type_traits>
#include <variant>

#include "system/error.h"

namespace colourize::generators {
namespace {

constexpr std::array<std::string_view, 2> scale_and_shift{".weight", ".bias"};
constexpr std::array<std::string_view, 1> gain{".gamma"};
constexpr std::array<std::string_view, 1> numbers{".weight"};

// What follows a node's name in the names of the tensors that Layers reads for it.
template <class Operation>
std::span<const std::string_view> parts_of([[maybe_unused]] const Operation& operation) {
  if constexpr (std::is_same_v<Operation, graph::Convolution> || std::is_same_v<Operation, graph::Affine>) {
    return scale_and_shift;
  } else if constexpr (std::is_same_v<Operation, graph::LayerNorm>) {
    if (operation.scale.empty()) return {};
    return scale_and_shift;
  } else if constexpr (std::is_same_v<Operation, graph::SelfAttention>) {
    return gain;
  } else if constexpr (std::is_same_v<Operation, graph::Constant>) {
    return numbers;
  } else {
    // No weights. An operation that has some and is missing above is soon found: its tensors are refused.
    return {};
  }
}

}  // namespace

void check_all_used(const weights::Weights& weights, const Generator& generator,
                    std::span<const std::string_view> other_tensors) {
  std::set<std::string> used(other_tensors.begin(), other_tensors.end());
  for (const graph::Node& node : generator.graph.nodes()) {
    if (std::ranges::find(other_tensors, node.name) != other_tensors.end()) continue;  // its builder read it by itself
    const auto parts = std::visit([](const auto& operation) { return parts_of(operation); }, node.operation);
    for (const std::string_view part : parts) used.insert(node.name + std::string(part));
  }
  std::string first;
  std::size_t count = 0;
  for (const std::string& name : weights.names()) {
    if (used.contains(name)) continue;
    if (count++ == 0) first = name;
  }
  if (count == 0) return;
  throw Error(ErrorKind::unsupported, weights.source(),
              "has tensor '" + first + "'" + (count > 1 ? " and " + std::to_string(count - 1) + " more" : "") +
                  " that generator " + generator.name + " does not use",
              "it may be of another version; fetch or convert it again");
}

}  // namespace colourize::generators
