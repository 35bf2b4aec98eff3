// How far a backend may be from PyTorch's numbers: derived from the same tensors, not tuned. With eps = 2^-23 each float32 operation is off by at
// most eps / 2 of its result, so that n of them in a row, whose results nowhere exceed `magnitude`, are off by at most
// n eps / 2 * magnitude. For sums of many products nobody comes near that: errors of either sign cancel, and grow as
// sqrt(n) (Higham and Mary 2019, "A new approach to probabilistic rounding error analysis"). Hence
//
//   tolerance = 4 * eps * sqrt(n) * magnitude
//
// which is above the certain bound up to n = 64, and beyond it asks for errors that do not conspire, in whatever order
// a backend sums. It still is narrow: one missing product of n shows as magnitude / n, above the tolerance up to
// n = 16000; the longest sum here has 2331. PyTorch's numbers, float64 rounded once, count as one operation more.
#pragma once

#include "tests/kernels/operation_case.h"

namespace colourize::tests {

// For each value of the case's output.
Tensor tolerance_of(const OperationCase& given);

// The same for a 3x3 convolution of stride 1 by Winograd's F(m x m, 3x3), m = `output_tile` 2, 3, 4 or 6. With the matrices
// A, B and G of the construction on m + 1 points and infinity, a value is a sum over channels and over the (m + 2)^2
// places of the transformed tile; its magnitude is that sum with the absolute values of all factors, and its operations
// are the channels and, four times, the m + 2 terms of a transform.
Tensor winograd_tolerance(const OperationCase& given, int output_tile);

// Expects every value to be within its tolerance of the case's output.
void expect_equals_pytorch(const Tensor& output, const OperationCase& given, const Tensor& tolerance);

}  // namespace colourize::tests
