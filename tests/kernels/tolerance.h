// How far a backend may be from PyTorch's numbers: derived from the same tensors, not tuned. With eps = 2^-23 each
// float32 operation is off by at most eps / 2 of its result, so that n of them in a row, whose results nowhere exceed
// `magnitude`, are off by at most n eps / 2 * magnitude. For sums of many products nobody comes near that: errors of
// either sign cancel, and grow as sqrt(n) (Higham and Mary 2019, "A new approach to probabilistic rounding error
// analysis"). Hence
//
//   tolerance = 4 * eps * sqrt(n) * magnitude
//
// which is above the certain bound up to n = 64, and beyond it asks for errors that do not conspire, in whatever order
// a backend sums. It still is narrow: one missing product of n shows as magnitude / n, above the tolerance up to
// n = 16000; the longest sum here has 2331. PyTorch's numbers, float64 rounded once, count as one operation more.
#pragma once

#include <limits>

#include "tests/kernels/operation_case.h"

namespace colourize::tests {

inline constexpr double epsilon = std::numeric_limits<float>::epsilon();
// Of float16: the largest relative error of one rounding, and the absolute one where a number is denormal.
inline constexpr double float16_epsilon = 0x1p-11;
inline constexpr double float16_least = 0x1p-25;

// For each value of the case's output: what the operation's file in tests/operations/ derives.
Tensor tolerance_of(const OperationCase& given);

// What these files derive theirs with: the formula above,
double bound(double operations, double magnitude);

// of a tensor's values,
double largest_magnitude(const Tensor& tensor);

// and where values are picked, not computed.
Tensor no_tolerance(const OperationCase& given);

// What an activation does to errors. None enlarges a value.
struct ActivationError {
  double slope = 1;     // at most: how much it enlarges the distance of two values
  double rounding = 0;  // of its own, over the value's magnitude, PyTorch's included
};
ActivationError error_of(kernels::Activation activation);

// How far the value at this place may be off after the epilogue and so many operations, its own included, on results of
// this magnitude: an activation multiplies what was off before it by its slope, and adds its own error.
double through_epilogue(const OperationCase& given, double operations, double magnitude, std::int64_t n, std::int64_t y,
                        std::int64_t x, std::int64_t c);

// Calls visit(n, y, x, c).
void for_each_value(const kernels::Shape& shape, const auto& visit) {
  for (std::int64_t n = 0; n < shape.n; ++n) {
    for (std::int64_t y = 0; y < shape.h; ++y) {
      for (std::int64_t x = 0; x < shape.w; ++x) {
        for (std::int64_t c = 0; c < shape.c; ++c) visit(n, y, x, c);
      }
    }
  }
}

// Each value by the formula.
Tensor mapped(Tensor tensor, const auto& formula) {
  for (float& value : tensor.values()) value = static_cast<float>(formula(static_cast<double>(value)));
  return tensor;
}

// The same for a 3x3 convolution of stride 1 by Winograd's F(m x m, 3x3), m = `output_tile` 2, 3, 4 or 6. With the
// matrices A, B and G of the construction on m + 1 points and infinity, a value is a sum over channels and over the (m
// + 2)^2 places of the transformed tile; its magnitude is that sum with the absolute values of all factors, and its
// operations are the channels and, four times, the m + 2 terms of a transform.
Tensor winograd_tolerance(const OperationCase& given, int output_tile);

// Expects every value to be within its tolerance of the case's output.
void expect_equals_pytorch(const Tensor& output, const OperationCase& given, const Tensor& tolerance);

}  // namespace colourize::tests
