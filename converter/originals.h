// The checkpoints that can be converted: which model each is of, and what becomes of its tensors.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "converter/folding.h"
#include "converter/shape_check.h"
#include "weights/models/table.h"

namespace colourize::converter {

// How the checkpoints of one model are read. A model that has some is a row of originals.cpp, which a file of
// converter/models/ defines.
struct Original {
  const weights::Model& model;
  // Walks the architecture and says which tensors it expects.
  void (*expect)(ShapeCheck& check);
  // The weights that a run needs, in the order of their names. The result borrows the checkpoint.
  std::vector<FoldedTensor> (*fold)(const Checkpoint& checkpoint);
  // Whether a tensor is knowingly left out, for a run does not need it.
  bool (*leaves_out)(const std::string& name);
};
std::span<const Original* const> all_originals();

// The one that the checkpoint is, by its model's mark. Throws Error of the kind `unsupported` when it is none, or, with
// the first names, when a tensor is missing, unexpected or misshapen.
const Original& recognise(const Checkpoint& checkpoint);

// What the checkpoint becomes. The result borrows it. Throws Error of the kind `unsupported` that names the first
// tensor, of any type, that no result is computed from and that is not left out.
std::vector<FoldedTensor> fold(const Original& original, const Checkpoint& checkpoint);

}  // namespace colourize::converter
