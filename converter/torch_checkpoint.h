// Reads the tensors of a PyTorch checkpoint, without PyTorch and without running what the checkpoint contains.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "converter/folding.h"

namespace colourize::converter {

struct OpenCheckpoint {
  Checkpoint checkpoint;             // borrows the file's bytes
  std::vector<std::string> globals;  // what its pickle names and would have imported
  std::string container;             // "zip" or "legacy"
};

// Opens the state dict of {"model": ..., ...} or {"state_dict": ...}, or the top object itself; skips what is not a
// tensor. It reads floating-point tensors of any width, with their strides and offsets; of other tensors it takes the
// names only. Throws Error where the file is not a checkpoint, is damaged, or holds a tensor that lies outside its
// storage.
OpenCheckpoint open_torch_checkpoint(std::span<const std::byte> file, const std::string& source);

}  // namespace colourize::converter
