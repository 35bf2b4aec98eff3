// Turns a trained checkpoint into the weights that a run needs. It divides out spectral and weight norms. It folds a
// batch norm into the convolution before it where that is exact, and turns other batch norms into one scale and one
// shift for each channel. All sums are in double precision.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "weights/weights.h"

namespace colourize::converter {

// A checkpoint's tensors: their names and shapes, and a way to load a part of one.
struct Checkpoint {
  std::string source;                                 // for messages
  std::map<std::string, weights::Dimensions> shapes;  // of the floating-point tensors
  std::set<std::string> unread;                       // the other tensors: integers, booleans, quantised, sparse
  // Fills `to` with the elements first, first + 1, ... of a tensor in C order.
  std::function<void(const std::string& name, std::int64_t first, std::span<float> to)> load;

  // The names of all tensors, in their order.
  std::vector<std::string> names() const;
};

// Receives a tensor's values in portions, in C order.
using Sink = std::function<void(std::span<const float> values)>;

// A tensor of the result, and how to compute it a few megabytes at a time. The largest tensor of the published
// generators has 302 MB.
struct FoldedTensor {
  std::string name;
  weights::Dimensions shape;
  std::vector<std::string> sources;  // the checkpoint's tensors that write() reads
  std::function<void(const Sink& sink)> write;
};

// All values of a tensor that is small enough for memory.
std::vector<float> values_of(const FoldedTensor& tensor);

// The number of elements in a shape.
std::size_t element_count(const weights::Dimensions& shape);

// Returns what convolutions, batch norms and self-attention's `gamma` become, in the order of names; it ignores other
// tensors. `norm_after` returns the name of the batch norm that directly follows a convolution, or an empty name. The
// result borrows the checkpoint. Its write() throws Error of the kind `damaged` where a part of a norm is missing or
// has the wrong shape.
//   spectral norm  NAME.weight_orig, _u, _v   ->  NAME.weight = orig / (u . (orig v)), the stored u and v
//   weight norm    NAME.weight_g, _v          ->  NAME.weight = g v / |v| for each output channel
//   batch norm     scale = weight / sqrt(running_var + 1e-5), shift = bias - running_mean scale
//     after a convolution with nothing between: into its weight and bias
//     elsewhere: NAME.weight = scale, NAME.bias = shift
std::vector<FoldedTensor> fold_norms(const Checkpoint& checkpoint,
                                     std::string (*norm_after)(const std::string& convolution));

}  // namespace colourize::converter
