// The checkpoints that can be converted: which model each belongs to, and what its tensors become.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "converter/folding.h"
#include "converter/shape_check.h"
#include "weights/models/table.h"

namespace colourize::converter {

// How to read the checkpoints of one model. Each such model is a row of originals.cpp; a file of converter/models/
// defines the row.
struct Original {
  const weights::Model& model;
  // Walks along the architecture and states which tensors it expects.
  void (*expect)(ShapeCheck& check);
  // Returns the weights that a run needs, in the order of their names. The result borrows the checkpoint.
  std::vector<FoldedTensor> (*fold)(const Checkpoint& checkpoint);
  // True where a tensor may be left out because a run does not need it.
  bool (*leaves_out)(const std::string& name);
};
std::span<const Original* const> all_originals();

// The original that this checkpoint is, by its model's mark. Throws Error of the kind `unsupported` where no model has
// the mark. Also throws it, with the first names, where a tensor is missing, unexpected or has the wrong shape.
const Original& recognise(const Checkpoint& checkpoint);

// Returns what the checkpoint becomes. The result borrows it. Throws Error of the kind `unsupported` that names the
// first tensor, of any type, that no result uses and that may not be left out.
std::vector<FoldedTensor> fold(const Original& original, const Checkpoint& checkpoint);

}  // namespace colourize::converter
