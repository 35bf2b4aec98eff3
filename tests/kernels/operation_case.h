// The cases of tests/golden/operations.safetensors (see tests/oracle/make_operations.py), and one run of a case on a
// backend.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/tensor.h"
#include "kernels/backend.h"
#include "weights/weights.h"

namespace colourize::tests {

struct OperationCase {
  std::string operation;                                  // "convolution"
  nlohmann::json parameters;                              // and "note": why the case is there
  std::map<std::string, Tensor> activations;              // "input", "residual", ..., "output": what PyTorch computed
  std::map<std::string, weights::FloatTensor> constants;  // "weight", "bias", "scale", ...
  // The same numbers as "weight", as a file in float16 has them; empty: a file in float32.
  std::vector<std::uint16_t> half_weight = {};

  const Tensor& activation(const std::string& name) const { return activations.at(name); }
  // Null when the case has no such constant.
  const float* constant(const std::string& name) const;
  // What "name", one of "before", "after" and "activation", says.
  kernels::Activation activation_function(const std::string& name) const;
  // Of a convolution. They live as long as the case.
  kernels::ConvolutionWeights convolution_weights() const;
  kernels::Padding padding() const;
};

std::vector<std::string> operation_case_names();  // "convolution.00", ...
OperationCase operation_case(const std::string& name);

// Where a run's activations lie in the backend's memory.
enum class Placement : std::uint8_t {
  packed,    // each on its own
  slices,    // each inside a larger one: strides on every axis, neighbours on every side
  in_place,  // packed, the output over the input
};

// The output of the case's operation. Throws Error where the backend says that it does not compute it. Also expects
// that nothing around the activations and behind the workspace was written, and fills what the operation must not rely
// on (outputs, scratch, neighbours) with values that would show.
Tensor run_operation(const OperationCase& operation_case, kernels::Backend& backend, Placement placement);

}  // namespace colourize::tests
