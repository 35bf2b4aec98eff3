// A checkpoint in, weights that the engine maps into memory out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace colourize::converter {

struct ConvertOptions {
  bool half = false;                              // float16 in place of float32: half the size
  std::string version;                            // the program's, for the file's metadata
  std::filesystem::path source_name;              // the source's real name where it lies under another; else its own
  std::function<void(double fraction)> progress;  // 0 to 1, of the bytes written
};

struct Conversion {
  std::string generator;             // the model's name
  std::string container;             // "zip", "legacy" or "safetensors"
  std::string sha256;                // of the source, in hexadecimal
  std::size_t tensors = 0;           // in the result
  std::uintmax_t bytes = 0;          // of the source
  std::vector<std::string> globals;  // what the source's pickle names; none of it was imported or called
};

// Converts a checkpoint of a model that converter/originals.h knows: what torch.save writes (both containers), or a
// .safetensors file with the original names. The result appears at `target` whole or not at all; no more than a few
// megabytes of it are in memory at once. Its metadata says generator, source_file, source_sha256 and converter. Throws
// Error that names what is wrong with the source.
Conversion convert(const std::filesystem::path& source, const std::filesystem::path& target,
                   const ConvertOptions& options = {});

// Whether the file is one that convert() would take, by its first bytes: torch.save's, not converted weights.
bool is_torch_file(const std::filesystem::path& path);

}  // namespace colourize::converter
