// From a checkpoint as it was trained to the weights that a run needs: spectral and weight norms divided out, batch
// norms folded into the convolution before them where that is exact, the others turned into one scale and one shift a
// channel. All sums are in double precision.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "weights/weights.h"

namespace colourize::converter {

// The tensors of a checkpoint, loaded one at a time: names with shapes, and how to get the values of one.
struct Checkpoint {
  std::string source;  // for messages
  std::map<std::string, weights::Dimensions> shapes;
  std::function<std::vector<float>(const std::string& name)> load;
};

// A tensor of the result and how to compute it; values() loads no more of the checkpoint than it needs.
struct FoldedTensor {
  std::string name;
  weights::Dimensions shape;
  std::function<std::vector<float>()> values;
};

// What a DeOldify checkpoint becomes, in the order of the names. The result borrows the checkpoint. Throws Error when a
// part of a norm is missing or misshapen.
//   spectral norm  NAME.weight_orig, _u, _v   ->  NAME.weight = orig / (u . (orig v)), the stored u and v
//   weight norm    NAME.weight_g, _v          ->  NAME.weight = g v / |v| for each output channel
//   batch norm     scale = weight / sqrt(running_var + 1e-5), shift = bias - running_mean scale
//     after a convolution with nothing between (the encoder's, the shuffle's): into its weight and bias
//     elsewhere: NAME.weight = scale, NAME.bias = shift
std::vector<FoldedTensor> fold(const Checkpoint& checkpoint);

}  // namespace colourize::converter
