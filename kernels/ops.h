// The contracts of the operations: what each one computes, on which shapes. Every backend implements exactly this, and
// kernels/reference/ is the yardstick. Notation: x is an input, y the output, all NHWC; [y, x, c] leaves the batch out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "kernels/view.h"

namespace colourize::kernels {

// A new one is to be computed by each backend: in each a switch over all of these makes the compiler ask for it.
enum class Activation : std::uint8_t {
  none,
  relu,   // max(0, v)
  relu6,  // min(max(0, v), 6)
};

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

// Zeros around the input, in pixels, each side on its own (TensorFlow's "same" padding is uneven).
struct Padding {
  int top = 0;
  int bottom = 0;
  int left = 0;
  int right = 0;
};

// Scratch memory for one call, 64-byte aligned; its size is what the backend's *_workspace() said for these shapes.
struct Workspace {
  void* data = nullptr;
  std::size_t bytes = 0;
};

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

// In which order the 4C channels lie of a value that only an upsampling reads: what becomes channel c of the pixel in row a
// and column b of a square of 2 x 2.
enum class ChannelOrder : std::uint8_t {
  interleaved,  // at 4c + 2a + b: PyTorch's, and that of every other value
  planar,  // at (2a + b) C + c: the shuffle is done in the epilogue, neighbours in the picture are neighbours in memory
};

// y[i, j, o] = epilogue(bias[o] + sum over ky, kx, c of x[i * stride + ky - top, j * stride + kx - left, c] w[o, c, ky, kx])
// where x is zero outside, and c runs over the channels of o's group.
// Output size: (h + top + bottom - kernel_h) / stride + 1, rounded down; the width likewise.
struct ConvolutionArgs {
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

// y = epilogue(x): what is left of an epilogue where there was nothing to fuse it with. Same shape; y may be x.
struct PointwiseArgs {
  ConstView input;
  View output;
  Epilogue epilogue;
};

// y[i, j, c] = the largest of the window's values; what lies outside of x does not count. Size as for convolution.
struct MaxPoolArgs {
  ConstView input;
  View output;
  int kernel = 3;
  int stride = 2;
  Padding padding;
};

// DeOldify's upsampling after its 1x1 convolution: pixel shuffle by 2, then a 2x2 mean over an edge replicated by one
// pixel at the top and at the left.
//   s[2i + a, 2j + b, c] = x[i, j, 4c + 2a + b]                       a, b in {0, 1}
//   y[i, j, c] = (s[i-1, j-1] + s[i-1, j] + s[i, j-1] + s[i, j]) / 4  indices below 0 read 0
// x: n x h x w x 4c, y: n x 2h x 2w x c.
struct UpsampleArgs {
  ConstView input;
  View output;
  ChannelOrder order = ChannelOrder::interleaved;  // of the input
};

// y[i, j] = x[floor(i * h_in / h_out), floor(j * w_in / w_out)], the quotients in float32 as PyTorch's "nearest" has
// them.
struct ResizeNearestArgs {
  ConstView input;
  View output;
};

// Channels of both inputs side by side, `first` before `second`, each through its affine, all through the activation.
// Both of the output's n, h and w; the channel counts add up to the output's. The first may go through the upsampling
// above on its way: it then has half the rows and columns and four times the channels.
struct ConcatenateArgs {
  std::array<ConstView, 2> inputs;
  std::array<Affine, 2> affines;
  Activation activation = Activation::none;
  View output;
  bool upsample_first = false;
  ChannelOrder order = ChannelOrder::interleaved;  // of the first input, where it is upsampled
};

// Self-attention over the h * w positions of each picture (Zhang et al. 2019, SAGAN), softmax over the QUERY index:
//   b[i, j] = softmax over i of (q_i . k_j)   no scaling
//   y_j = gamma * sum over i of b[i, j] v_i + x_j
// query, key: n x h x w x d; value, x, y: n x h x w x c. y may not be x.
struct SelfAttentionArgs {
  ConstView query;
  ConstView key;
  ConstView value;
  ConstView input;
  View output;
  float gamma = 0;
  Workspace workspace;
};

// y = low + (high - low) * sigmoid(x). Same shape; y may be x.
struct SigmoidRangeArgs {
  ConstView input;
  View output;
  float low = 0;
  float high = 1;
};

// y[i, j, :] = softmax(x[i, j, :] / temperature), over channels. Same shape; y may be x.
struct SoftmaxArgs {
  ConstView input;
  View output;
  float temperature = 1;
};

}  // namespace colourize::kernels
