#include "engine/graph/graph.h"

#include <algorithm>
#include <string>

#include "system/error.h"

namespace colourize::graph {

std::string_view kind_of(const Operation& operation) {
  return std::visit([]<class Kind>(const Kind& /*parameters*/) { return Kind::kind; }, operation);
}

bool is_upsampling_by_2(const Operation& operation) {
  const auto* upsample = std::get_if<Upsample>(&operation);
  return upsample != nullptr && upsample->factor == 2;
}

Value Graph::input(std::int64_t channels) {
  return append("input", Input{channels}, {});
}

Value Graph::append(const std::string& name, const Operation& operation, const std::vector<Value>& inputs) {
  if (std::ranges::find(nodes_, name, &Node::name) != nodes_.end())
    throw Error(ErrorKind::damaged, name, "is the name of two layers");
  const std::int64_t channels = std::visit(
      [&]<class Kind>(const Kind& parameters) {
        if (inputs.size() != Kind::inputs) {
          throw Error(ErrorKind::invalid, name,
                      "reads " + std::to_string(inputs.size()) + " values, not " + std::to_string(Kind::inputs));
        }
        if constexpr (Computed<Kind> || ConstantNode<Kind>) {
          InputChannels given{.name = name, .channels = {}};
          for (const Value input : inputs) given.channels.push_back(this->channels(input));
          return parameters.channels(given);
        } else {
          return parameters.channels;
        }
      },
      operation);
  nodes_.push_back({name, operation, inputs});
  channels_.push_back(channels);
  return {static_cast<int>(nodes_.size()) - 1};
}

Value Graph::find(const std::string& name) const {
  const auto found = std::ranges::find(nodes_, name, &Node::name);
  if (found == nodes_.end()) throw Error(ErrorKind::invalid, name, "is not a layer of this network");
  return {static_cast<int>(found - nodes_.begin())};
}

}  // namespace colourize::graph
