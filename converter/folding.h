// From a checkpoint as it was trained to the weights that a run needs: spectral and weight norms divided out, batch
// norms folded into the convolution before them where that is exact, the others turned into one scale and one shift a
// channel. All sums are in double precision.
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

// The tensors of a checkpoint: names with shapes, and how to get a part of one.
struct Checkpoint {
  std::string source;                                 // for messages
  std::map<std::string, weights::Dimensions> shapes;  // of the floating-point tensors
  std::set<std::string> unread;                       // the other tensors: of integers, booleans, quantised, sparse
  // Fills `to` with elements first, first + 1, ... of a tensor in C order.
  std::function<void(const std::string& name, std::int64_t first, std::span<float> to)> load;

  // Of all tensors, in their order.
  std::vector<std::string> names() const;
};

// Takes the values of a tensor, portion by portion, in C order.
using Sink = std::function<void(std::span<const float> values)>;

// A tensor of the result and how to compute it, a few megabytes at a time: the largest of the published generators has
// 302 MB.
struct FoldedTensor {
  std::string name;
  weights::Dimensions shape;
  std::vector<std::string> sources;  // the checkpoint's tensors that write() reads
  std::function<void(const Sink& sink)> write;
};

// All values of a tensor, where it is small enough.
std::vector<float> values_of(const FoldedTensor& tensor);

// The number of elements of a shape.
std::size_t element_count(const weights::Dimensions& shape);

// The tensors that convolutions, batch norms and self-attention's `gamma` become, in the order of the names; what is
// none of these is left alone. `norm_after` names the batch norm that follows a convolution with nothing between, or
// nothing. The result borrows the checkpoint; its write() throws Error of the kind `damaged` when a part of a norm is
// missing or misshapen.
//   spectral norm  NAME.weight_orig, _u, _v   ->  NAME.weight = orig / (u . (orig v)), the stored u and v
//   weight norm    NAME.weight_g, _v          ->  NAME.weight = g v / |v| for each output channel
//   batch norm     scale = weight / sqrt(running_var + 1e-5), shift = bias - running_mean scale
//     after a convolution with nothing between: into its weight and bias
//     elsewhere: NAME.weight = scale, NAME.bias = shift
std::vector<FoldedTensor> fold_norms(const Checkpoint& checkpoint,
                                     std::string (*norm_after)(const std::string& convolution));

}  // namespace colourize::converter
