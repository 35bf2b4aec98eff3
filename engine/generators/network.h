// How a model's converted weights become a generator. Each model has a row in table.cpp; the file of its network
// defines the row.
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
  // where a tensor is missing or has the wrong shape, or where a number of the metadata is out of range.
  void (*build)(const weights::Weights& weights, Generator& generator);
  // The tensors that build() reads besides those of the graph's layers (engine/generators/used_tensors.h).
  std::span<const std::string_view> other_tensors;
};

// The network of a model. Throws Error of the kind `unsupported` where table.cpp has no row for the model.
const Network& network_of(const weights::Model& model);

}  // namespace colourize::generators
