// Whether a generator uses all of its weights: a tensor that nobody reads is a layer that the network lacks.
#pragma once

#include <span>
#include <string_view>

#include "engine/generators/generator.h"
#include "weights/weights.h"

namespace colourize::generators {

// Throws Error of the kind `unsupported` that names the first tensor which neither a layer of the generator's graph
// reads, by the node's name, nor `other_tensors` names.
void check_all_used(const weights::Weights& weights, const Generator& generator,
                    std::span<const std::string_view> other_tensors);

}  // namespace colourize::generators
