#include <cmath>

#include "tests/kernels/tolerance.h"
#include "tests/operations/tested.h"

namespace colourize::tests::operations {
namespace {

kernels::ConcatenateArgs args(const CaseMemory& memory) {
  return {.inputs = {memory.input("first"), memory.input("second")},
          .affines = {memory.affine("first_"), memory.affine("second_")},
          .activation = memory.given().activation_function("activation"),
          .output = memory.output(),
          .upsample_first = memory.given().parameters.value("upsample_first", false),
          .order = memory.order()};
}

// Scale, shift, PyTorch; an input without an affine is copied. Upsampling takes three additions more, before all of
// that.
Tensor tolerance(const OperationCase& given) {
  const ActivationError activation = error_of(given.activation_function("activation"));
  const auto activated = [&](double operations, double magnitude) {
    return static_cast<float>(activation.slope * bound(operations, magnitude) + activation.rounding * magnitude);
  };
  Tensor tolerance(given.activation("output").shape());
  std::int64_t before = 0;
  for (const std::string part : {"first", "second"}) {
    const Tensor& input = given.activation(part);
    const bool upsampled = part == "first" && given.parameters.value("upsample_first", false);
    if (upsampled) {
      const double magnitude = largest_magnitude(input);
      const float* scale = given.constant("first_scale");
      const float* shift = given.constant("first_shift");
      before = input.shape().c / 4;
      for_each_value(tolerance.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
        if (c >= before) return;
        const double scaled = scale == nullptr ? magnitude : magnitude * std::abs(scale[c]) + std::abs(shift[c]);
        tolerance.at(n, y, x, c) = activated(scale == nullptr ? 4 : 6, scaled);
      });
      continue;
    }
    const float* scale = given.constant(part + "_scale");
    const float* shift = given.constant(part + "_shift");
    for_each_value(input.shape(), [&](std::int64_t n, std::int64_t y, std::int64_t x, std::int64_t c) {
      const double magnitude = std::abs(static_cast<double>(input.at(n, y, x, c)));
      tolerance.at(n, y, x, before + c) = scale == nullptr
                                              ? activated(0, magnitude)
                                              : activated(3, magnitude * std::abs(scale[c]) + std::abs(shift[c]));
    });
    before += input.shape().c;
  }
  return tolerance;
}

}  // namespace

const Tested<kernels::ConcatenateArgs> concatenate{.args = args, .tolerance = tolerance, .shuffled = "first"};

}  // namespace colourize::tests::operations
