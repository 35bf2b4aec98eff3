#pragma once

#include <string_view>

#include "kernels/epilogue.h"
#include "kernels/view.h"

namespace colourize::kernels {

// y[i, j, c] = (x[i, j, c] - mean) / sqrt(variance + epsilon) * scale[c] + shift[c], where mean and (biased) variance
// are those of the pixel's channels. This is PyTorch's layer_norm over the last axis (Ba, Kiros and Hinton 2016). x and
// y have the same shape; y may be x.
//
// A mean that is large compared to the deviation must not cost digits. So every backend shifts the values before it
// squares them (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance", the corrected two-pass
// algorithm): with d = x - m, where m is a first, rounded mean, the mean of d is what m lacks, and the variance is
// mean(d^2) - mean(d)^2.
struct LayerNormArgs {
  static constexpr std::string_view kind = "layer norm";
  static constexpr bool in_place = true;

  ConstView input;
  View output;
  Affine affine;          // null: a scale of 1 and a shift of 0
  float epsilon = 1e-5F;  // above 0
};

}  // namespace colourize::kernels
