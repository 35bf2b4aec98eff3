// What a CUDA kernel is to give: the reference backend's numbers on operands that are rounded alike, so that what is
// left is the kernel's own error.
#pragma once

#include "engine/tensor.h"
#include "tests/kernels/operation_case.h"

namespace colourize::tests {

// The cases of the shared table that CUDA computes: all but those with an activation that its pointwise alone computes,
// or with heads of an odd size.
std::vector<std::string> cuda_case_names();

// The case with all that a kernel reads as activations or weights of that type rounded to it.
OperationCase rounded_case(kernels::Type type, OperationCase given);

// And how far it may be from that before it rounds its output.
struct Expected {
  Tensor values;
  Tensor tolerance;
};
Expected expected_of(const OperationCase& given, kernels::Type type);

}  // namespace colourize::tests
