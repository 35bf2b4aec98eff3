// The recipe's checkpoints at their full size, in files as PyTorch writes them: 874 MB for wide, 255 MB for deep.
#pragma once

#include <filesystem>
#include <string>

#include "tests/support/torch_writer.h"

namespace colourize::tests {

// `kind`: "wide" or "deep". Throws Error when the file cannot be written.
void write_full_size_checkpoint(const std::string& kind, TorchContainer container, bool wrapped,
                                const std::filesystem::path& path);

}  // namespace colourize::tests
