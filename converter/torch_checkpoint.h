// The tensors of a PyTorch checkpoint, without PyTorch and without running what is in it.
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

// The state dict of {"model": ..., ...}, {"state_dict": ...} or the top object itself; what is no tensor is passed
// over. Floating-point tensors of any width, strides and offsets honoured; of the others the names alone. Throws Error
// when the file is no checkpoint, is damaged, or holds a tensor that lies outside of its storage.
OpenCheckpoint open_torch_checkpoint(std::span<const std::byte> file, const std::string& source);

}  // namespace colourize::converter
