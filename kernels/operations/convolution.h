#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kernels/epilogue.h"
#include "kernels/operands.h"
#include "kernels/view.h"

namespace colourize::kernels {

// Who keeps weights in memory, and is told when they are not read for a while: the pages of a mapped file may go then.
class WeightMemory {
 public:
  WeightMemory() = default;
  WeightMemory(const WeightMemory&) = delete;
  WeightMemory& operator=(const WeightMemory&) = delete;
  virtual ~WeightMemory() = default;

  virtual void release(std::span<const std::byte> weights) const = 0;
};

// A convolution's parameters as a checkpoint holds them.
struct ConvolutionWeights {
  const float* weight = nullptr;  // out x (in / groups) x kernel_h x kernel_w, packed (PyTorch's OIHW)
  // The same as IEEE binary16, of a file that stores them so; then `weight` is null.
  const std::uint16_t* half_weight = nullptr;
  const float* bias = nullptr;  // out, or null
  std::int64_t out_channels = 0;
  std::int64_t in_channels = 0;  // of the whole input; a multiple of `groups`, as is out_channels
  int kernel_h = 1;
  int kernel_w = 1;
  int groups = 1;
  std::shared_ptr<const WeightMemory> memory;  // of the weights; null: nobody wants to be told

  // Weights of one output channel, and of all.
  std::int64_t window() const { return in_channels / groups * kernel_h * kernel_w; }
  std::int64_t elements() const { return out_channels * window(); }
  // All of them as they are stored.
  std::span<const std::byte> bytes() const {
    const auto count = static_cast<std::size_t>(elements());
    return weight != nullptr ? std::as_bytes(std::span(weight, count)) : std::as_bytes(std::span(half_weight, count));
  }
};

// How a backend computes a convolution, for people.
struct AlgorithmFacts {
  std::string name;              // "implicit GEMM"
  std::string reason;            // why this one
  double multiplications = 0;    // that it really does, padding included
  std::size_t packed_bytes = 0;  // of repacked weights; 0 where it uses them as they are given
};

// What a backend repacked a convolution's weights into (rounded, uploaded). Opaque to everyone else, and of no one
// plan: other sizes and other workers use it too.
class PackedWeights {
 public:
  PackedWeights() = default;
  PackedWeights(const PackedWeights&) = delete;
  PackedWeights& operator=(const PackedWeights&) = delete;
  virtual ~PackedWeights() = default;
};

// How a backend will compute a convolution of some size. Opaque to everyone else.
class PreparedConvolution {
 public:
  PreparedConvolution() = default;
  PreparedConvolution(const PreparedConvolution&) = delete;
  PreparedConvolution& operator=(const PreparedConvolution&) = delete;
  virtual ~PreparedConvolution() = default;

  virtual AlgorithmFacts facts() const = 0;
  // In what layout it reads its weights. What a backend packed for one convolution serves each other one of the same
  // weights and the same layout, on backends of its name and precision. Empty: the weights are used as they are, in
  // float32.
  virtual std::string layout() const = 0;
  // Before its first run. `weight`: as ConvolutionWeights has it, read where the layout is empty, and then kept by the
  // caller as long as the convolution. `packed`: by the backend's pack() for this layout; null where that is empty.
  virtual void use(const float* weight, std::shared_ptr<const PackedWeights> packed) = 0;
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
