// Checks that a checkpoint has the tensors of an architecture. A walk along the architecture states what it expects. It
// reads each layer's output width off the layer's weight; everything else must fit.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "converter/folding.h"

namespace colourize::converter {

class ShapeCheck {
 public:
  // Borrows the checkpoint.
  explicit ShapeCheck(const Checkpoint& checkpoint) : checkpoint_(checkpoint) {}

  // True where the checkpoint has this tensor and it holds floating-point numbers.
  bool has(const std::string& name) const { return checkpoint_.shapes.contains(name); }

  // The output channels of a convolution's weight; 1 where the weight is missing, which expect() then reports.
  std::int64_t width(const std::string& weight) const;

  // States that the architecture has this tensor, with this shape.
  void expect(const std::string& name, const weights::Dimensions& shape);

  // The same for the four tensors of a batch norm.
  void batch_norm(const std::string& name, std::int64_t channels);

  // The same for a convolution with spectral norm, `kernel` wide and high; where `flat`, its shape is out x in x 1.
  // `bias`: it has one. Returns its output channels.
  std::int64_t spectral(const std::string& name, std::int64_t in, std::int64_t kernel, bool bias = false,
                        bool flat = false);

  // Throws Error of the kind `unsupported`, with the first names, where a tensor is missing or has the wrong shape, or
  // where the checkpoint has a tensor that was neither expected nor may be left out. `family`: the model's, for the
  // message.
  void finish(std::string_view family, bool (*leaves_out)(const std::string& name)) const;

 private:
  const Checkpoint& checkpoint_;
  std::set<std::string> expected_;
  std::vector<std::string> missing_;
  std::vector<std::string> misshapen_;
};

}  // namespace colourize::converter
