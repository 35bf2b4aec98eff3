// How a model's converted weights become a generator. Each model has a row in table.cpp, which its network's file
// defines.
#pragma once

#include <span>
#include <string_view>

#include "engine/generators/generator.h"
#include "weights/models/table.h"
#include "weights/weights.h"

namespace colourize::generators {

struct Network {
  const weights::Model& model;
  // Fills in the generator's encoding and its graph, which points into the weights. Throws Error of the kind `damaged`
  // when a tensor is missing or misshapen, or a number of the metadata is out of its range.
  void (*build)(const weights::Weights& weights, Generator& generator);
  // The tensors that build() reads besides those of the graph's layers (engine/generators/used_tensors.h).
  std::span<const std::string_view> other_tensors;
};

// The network of a model. Throws Error of the kind `unsupported` when table.cpp has no row for it.
const Network& network_of(const weights::Model& model);

}  // namespace colourize::generators
