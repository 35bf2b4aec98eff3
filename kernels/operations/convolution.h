#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kernels/epilogue.h"
#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// A convolution's parameters as a checkpoint holds them.
struct ConvolutionWeights {
  const float* weight = nullptr;  // out x (in / groups) x kernel_h x kernel_w, packed (PyTorch's OIHW)
  const float* bias = nullptr;    // out, or null
  std::int64_t out_channels = 0;
  std::int64_t in_channels = 0;  // of the whole input; a multiple of `groups`, as is out_channels
  int kernel_h = 1;
  int kernel_w = 1;
  int groups = 1;

  // Weights of one output channel, and of all.
  std::int64_t window() const { return in_channels / groups * kernel_h * kernel_w; }
  std::int64_t elements() const { return out_channels * window(); }
};

// How a backend computes a convolution, for people.
struct AlgorithmFacts {
  std::string name;              // "implicit GEMM"
  std::string reason;            // why this one
  double multiplications = 0;    // that it really does, padding included
  std::size_t packed_bytes = 0;  // of repacked weights; 0 where it uses them as they are given
};

// What a backend made of a convolution's weights (repacked, rounded, uploaded). Opaque to everyone else.
class PreparedConvolution {
 public:
  PreparedConvolution() = default;
  PreparedConvolution(const PreparedConvolution&) = delete;
  PreparedConvolution& operator=(const PreparedConvolution&) = delete;
  virtual ~PreparedConvolution() = default;

  virtual AlgorithmFacts facts() const = 0;
};

// y[i, j, o] = epilogue(bias[o] + sum over ky, kx, c of x[i * stride + ky - top, j * stride + kx - left, c] *
//                                 w[o, c, ky, kx])
// where x is zero outside, and c runs over the channels of o's group.
// Output size: (h + top + bottom - kernel_h) / stride + 1, rounded down; the width likewise.
struct ConvolutionArgs {
  static constexpr std::string_view kind = "convolution";
  static constexpr bool in_place = false;

  ConstView input;
  View output;
  const PreparedConvolution* weights = nullptr;
  int stride = 1;
  Padding padding;
  Epilogue epilogue;
  ChannelOrder order =
      ChannelOrder::interleaved;  // of the output alone; planar: the epilogue has no affine and no residual
  Workspace workspace;
};

}  // namespace colourize::kernels
