// Converts a checkpoint into weights that the engine can map into memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace colourize::converter {

struct ConvertOptions {
  bool half = false;    // float16 instead of float32: half the size
  std::string version;  // the program's version, for the file's metadata
  std::filesystem::path
      source_name;  // the source's real name, where the file has another name now; empty: the file's own
  std::function<void(double fraction)> progress;  // called with 0 to 1, by the bytes written
};

struct Conversion {
  std::string generator;             // the model's name
  std::string container;             // "zip", "legacy" or "safetensors"
  std::string sha256;                // of the source, as hexadecimal
  std::size_t tensors = 0;           // number of tensors in the result
  std::uintmax_t bytes = 0;          // size of the source
  std::vector<std::string> globals;  // what the source's pickle names; nothing of it was imported or called
};

// Converts a checkpoint of a model that converter/originals.h knows: a file of torch.save (both containers), or a
// .safetensors file with the original names. The result appears at `target` whole or not at all. Only a few megabytes
// of it are in memory at once. Its metadata holds generator, source_file, source_sha256 and converter. Throws Error
// that says what is wrong with the source.
Conversion convert(const std::filesystem::path& source, const std::filesystem::path& target,
                   const ConvertOptions& options = {});

// True where the file's first bytes are those of torch.save. Such a file is for convert(); converted weights are not.
bool is_torch_file(const std::filesystem::path& path);

}  // namespace colourize::converter
