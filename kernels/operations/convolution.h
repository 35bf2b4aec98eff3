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

// The owner of weights in memory. A caller tells it when nothing will read them for a while, so that it can drop the
// pages of a mapped file.
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
  // The same as IEEE binary16, for a file that stores them so; `weight` is then null.
  const std::uint16_t* half_weight = nullptr;
  const float* bias = nullptr;  // out, or null
  std::int64_t out_channels = 0;
  std::int64_t in_channels = 0;  // of the whole input; a multiple of `groups`, like out_channels
  int kernel_h = 1;
  int kernel_w = 1;
  int groups = 1;
  std::shared_ptr<const WeightMemory> memory;  // of the weights; null: no owner wants to know

  // The weights of one output channel, and of all.
  std::int64_t window() const { return in_channels / groups * kernel_h * kernel_w; }
  std::int64_t elements() const { return out_channels * window(); }
  // All weights, as they are stored.
  std::span<const std::byte> bytes() const {
    const auto count = static_cast<std::size_t>(elements());
    return weight != nullptr ? std::as_bytes(std::span(weight, count)) : std::as_bytes(std::span(half_weight, count));
  }
};

// How a backend computes a convolution, for people.
struct AlgorithmFacts {
  std::string name;              // "implicit GEMM"
  std::string reason;            // why the backend chose it
  double multiplications = 0;    // those that it does, padding included
  std::size_t packed_bytes = 0;  // of repacked weights; 0 where it uses the weights as given
};

// What a backend repacked a convolution's weights into (rounded, uploaded). Only the backend looks inside. It belongs
// to no plan: other sizes and other workers use it too.
class PackedWeights {
 public:
  PackedWeights() = default;
  PackedWeights(const PackedWeights&) = delete;
  PackedWeights& operator=(const PackedWeights&) = delete;
  virtual ~PackedWeights() = default;
};

// How a backend will compute a convolution of some size. Only the backend looks inside.
class PreparedConvolution {
 public:
  PreparedConvolution() = default;
  PreparedConvolution(const PreparedConvolution&) = delete;
  PreparedConvolution& operator=(const PreparedConvolution&) = delete;
  virtual ~PreparedConvolution() = default;

  virtual AlgorithmFacts facts() const = 0;
  // The layout in which it reads its weights. Packed weights can serve every convolution with the same weights and
  // layout, on backends with the same name and precision. Empty: it uses the weights as they are.
  virtual std::string layout() const = 0;
  // True where it takes float16 weights as the file stores them. False: their caller widens them to float32 first,
  // before pack() or, where the layout is empty, before use().
  virtual bool takes_float16() const { return false; }
  // Call this before its first run. `weight` is ConvolutionWeights::weight; the convolution reads it where the layout
  // is empty, and the caller must keep it alive. Null: it reads the half_weight that prepare() received, which must
  // live as long. `packed` comes from the backend's pack() for this layout; null where the layout is empty.
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
  // The output's order only. With planar, the epilogue has no affine and no residual.
  ChannelOrder order = ChannelOrder::interleaved;
  Workspace workspace;
};

}  // namespace colourize::kernels
