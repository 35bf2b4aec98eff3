// Checks that a generator uses all of its weights. A tensor that nothing reads means that the network lacks a layer.
#pragma once

#include <span>
#include <string_view>

#include "engine/generators/generator.h"
#include "weights/weights.h"

namespace colourize::generators {

// Throws Error of the kind `unsupported` that names the first unused tensor: no layer of the generator's graph reads
// it, by the node's name, and `other_tensors` does not name it.
void check_all_used(const weights::Weights& weights, const Generator& generator,
                    std::span<const std::string_view> other_tensors);

}  // namespace colourize::generators
