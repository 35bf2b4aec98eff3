// The operations as launches of CUDA kernels on a stream. Each is in the file of its name. Several kernels compute a
// convolution; they meet in prepared_convolution.cpp.
//
// All pointers are the device's, and so are an epilogue's. A view, and each of its pixels, begins at a multiple of 16
// bytes. It may have any number of channels: kernels neither use nor write what lies between a pixel's last channel and
// the next pixel. All views of a call have one type, float16 or float32. Arithmetic is float32 and rounds once, at the
// store. Each view has fewer than 2^31 pixels times channels, because a kernel's indices are 32 bits: 64-bit divisions
// are slow calls.
#pragma once

#include <driver_types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/implementation.h"
#include "kernels/operations.h"

namespace colourize::kernels::cuda {

// A grouped convolution, or one with few input channels.
struct DirectTask {
  ConvolutionArgs args;            // `weights` is not used
  const float* weights = nullptr;  // kernel_h x kernel_w x (in_channels / groups) x out_channels
  const float* bias = nullptr;     // out_channels, or null
  int kernel_h = 1;
  int kernel_w = 1;
  int groups = 1;
};

// True where the epilogue that all kernels share (epilogue.cuh) computes this activation. A curve with a call would
// cost the hot kernels registers that they need.
constexpr bool fuses(Activation activation) {
  switch (activation) {
    case Activation::none:
    case Activation::relu:
    case Activation::relu6:
      return true;
    case Activation::gelu:
      return false;
  }
  return false;
}

// Why an operation whose epilogue has this activation cannot be computed; none where it can.
inline std::optional<std::string> why_not_fused(Activation activation) {
  if (fuses(activation)) return {};
  return "computes such an activation in steps of its own alone";
}

void depthwise(const DirectTask& task, cudaStream_t stream);  // groups == in_channels == out_channels
void direct(const DirectTask& task, cudaStream_t stream);     // any groups and channels
// The largest number of query and key channels, because a block's shared memory holds no more.
inline constexpr std::int64_t most_attention_depth = 224;

// What launches need besides their arguments.
struct Context {
  cudaStream_t stream = nullptr;
  int multiprocessors = 1;  // of the device; some operations try to fill them all
};

// pointwise also converts between the host's packed float32 and the device's type: its input and output may have
// different types.
template <class Args>
using Implementation = kernels::Implementation<Args, Context>;
// NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared
#define COLOURIZE_OPERATION(name, Type)                                                    \
  extern const Implementation<Type##Args> name;                                            \
  inline const Implementation<Type##Args>& implementation_of(const Type##Args& /*args*/) { \
    return name;                                                                           \
  }
// NOLINTEND(bugprone-macro-parentheses)
#include "kernels/operations.def"

}  // namespace colourize::kernels::cuda
