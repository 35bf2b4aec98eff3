// The fast CPU backend: SIMD with Highway. It is compiled once for each instruction set below, and the program chooses
// one when it runs. So one binary runs well on every processor of its architecture.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "kernels/backend.h"

namespace colourize::kernels::cpu {

// How a convolution is computed. Each algorithm has a file of its name.
enum class Algorithm : std::uint8_t {
  implicit_gemm,      // any convolution, from repacked weights
  streamed_weights,   // any ungrouped convolution, from the checkpoint's own weights, each read once
  winograd_2x2,       // 3x3, stride 1: 2.25 times fewer multiplications, 1.8 times the weights
  winograd_4x4,       // 3x3, stride 1: 4 times fewer, 4 times the weights, less exact
  winograd_6x6,       // 3x3, stride 1: 5.06 times fewer, 7.1 times the weights, still less exact
  streamed_winograd,  // 3x3, stride 1: 3.24 times fewer; transforms the checkpoint's own weights as it reads them
  depthwise,          // one input channel for each output channel
  dot_products,       // 1x1, stride 1, a few output channels: from the checkpoint's own weights
};
std::string_view name_of(Algorithm algorithm);

// An instruction set of this build: "avx512", "avx2", "sse4", "neon" or "baseline" (what every processor of the
// architecture has). Best first.
struct Target {
  std::string_view name;
  std::int64_t bit = 0;  // Highway's
};
std::span<const Target> targets();
bool usable(const Target& target);  // on this machine

// `algorithm` replaces the cost model's choice wherever that algorithm can compute the convolution; for tests and for
// measuring. Throws Error for a precision other than float32. `target` must be usable.
std::unique_ptr<Backend> create(const Target& target, const BackendOptions& options,
                                const Algorithm* algorithm = nullptr);

}  // namespace colourize::kernels::cpu
