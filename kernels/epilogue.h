// The epilogue: what a kernel does to a value after computing it and before storing it.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// Each backend computes all of these. A switch over them in each backend makes the compiler ask for a new one.
enum class Activation : std::uint8_t {
  none,
  relu,   // max(0, v)
  relu6,  // min(max(0, v), 6)
  gelu,   // v / 2 * (1 + erf(v / sqrt 2)); Hendrycks and Gimpel 2016, in the exact form that is PyTorch's default
};

// The name in tests and tables, such as "relu"; empty for a number that is not an activation.
constexpr std::string_view name_of(Activation activation) {
  switch (activation) {
    case Activation::none:
      return "none";
    case Activation::relu:
      return "relu";
    case Activation::relu6:
      return "relu6";
    case Activation::gelu:
      return "gelu";
  }
  return {};
}

// v * scale[c] + shift[c], one pair for each channel: a batch norm at inference. `scale` null: changes nothing.
struct Affine {
  const float* scale = nullptr;
  const float* shift = nullptr;
};

// What happens to a value after its computation and before its store, in this order. Each part may be absent:
//   v = before(v);  v = v * scale[c] + shift[c];  v = v + residual[same place];  v = after(v)
// This covers everything that follows a convolution in the generators: ResNet (residual, ReLU), DeOldify's decoder
// (ReLU, affine) and residual block (ReLU, residual), EfficientNet (ReLU6, or only the residual).
struct Epilogue {
  Activation before = Activation::none;
  Affine affine;
  ConstView residual;  // `data` null: none; otherwise it has the output's shape
  Activation after = Activation::none;

  // The residual's channels at a pixel; null where there is no residual.
  const float* residual_at(std::int64_t n, std::int64_t y, std::int64_t x) const {
    return residual.data == nullptr ? nullptr : residual.at(n, y, x);
  }
};

}  // namespace colourize::kernels
