// Folds what stands before and after a linear layer into the layer, where that is exact. A linear layer is a
// convolution or a matrix; what is folded into its input must not meet padding.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "converter/stored_tensors.h"

namespace colourize::converter {

// A scale and a shift for each channel, computed when they are needed, and the tensors that they come from.
struct ChannelAffine {
  std::function<ScaleAndShift()> values;  // empty: none
  std::vector<std::string> sources;
};

// A layer of the result, and what it is made of. With W the stored weights, times their spectral norm's factor, b the
// stored bias, c an input channel and o an output channel:
//   weight[o, c, ...] = W[o, c, ...] * output.scale[o] * input.scale[c]
//   bias[o] = (b[o] + sum over c, ... of W[o, c, ...] * input.shift[c]) * output.scale[o] + output.shift[o]
struct LinearLayer {
  std::string name;                   // of the result: name.weight and name.bias
  std::string stored;                 // the checkpoint's layer: its stored weight is out x in x kernel, or out x in
  std::optional<std::string> weight;  // the tensor of that weight, where it is not named after the layer
  std::optional<std::string> bias;    // the tensor that holds its bias; none: 0
  ChannelAffine input;                // what is folded into the input
  ChannelAffine output;               // and what into the output
  std::size_t first_row = 0;          // for a layer that is some rows of a stored one
  std::size_t rows = 0;               // 0: all rows
  bool has_bias = true;               // false: the result has none. Only where nothing reads it.
};

// Appends NAME.weight, as out x in x kernel_h x kernel_w, and NAME.bias where the layer has one. The tensors borrow the
// checkpoint. Throws Error of the kind `damaged` where a tensor is missing or has the wrong shape.
void append_linear(const StoredTensors& tensors, const LinearLayer& layer, std::vector<FoldedTensor>& result);

}  // namespace colourize::converter
