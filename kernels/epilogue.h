// What happens to a value between its computation and its store.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernels/view.h"

namespace colourize::kernels {

// A new one is to be computed by each backend: in each a switch over all of these makes the compiler ask for it.
enum class Activation : std::uint8_t {
  none,
  relu,   // max(0, v)
  relu6,  // min(max(0, v), 6)
  gelu,   // v / 2 * (1 + erf(v / sqrt 2)); Hendrycks and Gimpel 2016, in the exact form that is PyTorch's default
};

// "relu", as tests and tables call it; empty for a number that is none of these.
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

// v * scale[c] + shift[c], one pair a channel: a batch norm at inference. `scale` null: the identity.
struct Affine {
  const float* scale = nullptr;
  const float* shift = nullptr;
};

// What happens to a value between its computation and its store, in this order; each part may be absent:
//   v = before(v);  v = v * scale[c] + shift[c];  v = v + residual[same place];  v = after(v)
// Enough for all that follows a convolution in the generators: ResNet (residual, ReLU), DeOldify's decoder (ReLU,
// affine) and residual block (ReLU, residual), EfficientNet (ReLU6, or residual alone).
struct Epilogue {
  Activation before = Activation::none;
  Affine affine;
  ConstView residual;  // `data` null: none; otherwise of the output's shape
  Activation after = Activation::none;

  // The residual's channels at a pixel; null where there is none.
  const float* residual_at(std::int64_t n, std::int64_t y, std::int64_t x) const {
    return residual.data == nullptr ? nullptr : residual.at(n, y, x);
  }
};

}  // namespace colourize::kernels
