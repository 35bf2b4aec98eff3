// Writes a state dict into a file as PyTorch's torch.save does, tensor by tensor: a checkpoint of any size takes no
// more memory than one portion of one tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "weights/safetensors.h"

namespace colourize::tests {

using ByteSink = std::function<void(std::span<const std::byte> bytes)>;

// A tensor of a state dict: its name, what it holds, and how to get its bytes, portion by portion.
struct TorchTensor {
  std::string name;
  weights::DataType type = weights::DataType::f32;  // or i64
  weights::Dimensions shape;
  std::function<void(const ByteSink& sink)> write;
};

enum class TorchContainer : std::uint8_t {
  zip,     // torch 1.6 and later: an archive of stored parts whose contents begin at multiples of 64
  legacy,  // before: pickles, then storages
};

// The state dict, bare or as {"model": state dict, "opt": {}}. Throws Error when the file cannot be written.
void write_torch_file(const std::filesystem::path& path, const std::vector<TorchTensor>& tensors,
                      TorchContainer container, bool wrapped);

}  // namespace colourize::tests
