// Reads and writes the .safetensors format (https://huggingface.co/docs/safetensors, "Format"):
//   8 bytes       n, little-endian: the length of the header
//   n bytes       JSON: name -> {"dtype", "shape", "data_offsets": [begin, end)}, and "__metadata__": string -> string
//   the rest      the tensors' bytes, little-endian, C order, side by side
// The reader treats the file as hostile: it checks every offset, count and product before it uses anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "system/output_file.h"

namespace colourize::weights {

enum class DataType : std::uint8_t { f64, f32, f16, bf16, i64, i32, i16, i8, u64, u32, u16, u8, boolean };

std::size_t size_of(DataType type);       // bytes per element
std::string_view name_of(DataType type);  // as in the file: "F32"

using Dimensions = std::vector<std::int64_t>;

std::string to_string(const Dimensions& shape);  // "64 x 3 x 7 x 7"; "scalar" for none

// A tensor in a file. Its bytes lie in the file's memory, at any alignment.
struct TensorEntry {
  DataType type = DataType::f32;
  Dimensions shape;
  std::span<const std::byte> bytes;
};

using Metadata = std::map<std::string, std::string>;

struct SafetensorsContents {
  std::map<std::string, TensorEntry> tensors;
  Metadata metadata;
};

// Reads the header of `file` and checks that its tensors fill the rest of the file exactly, without overlap. `name` is
// for messages. Throws Error that says what is wrong. The result points into `file`.
SafetensorsContents parse_safetensors(std::span<const std::byte> file, const std::string& name);

// Writes a file tensor by tensor, so that only one tensor must be in memory.
class SafetensorsWriter {
 public:
  struct Plan {
    std::string name;
    DataType type = DataType::f32;
    Dimensions shape;
  };

  // Lays out the file. The caller then appends the tensors in the order of `plans`.
  SafetensorsWriter(const std::filesystem::path& target, const std::vector<Plan>& plans, const Metadata& metadata);

  // Appends the next bytes of the data, in portions of any size.
  void append(std::span<const std::byte> bytes);
  // Replaces a value of the metadata by one of the same length. This is for what is known only after the tensors are
  // written.
  void replace_metadata(const std::string& key, std::string_view value);
  // Puts the file in place; throws Error when fewer or more bytes were appended than planned.
  void commit();

 private:
  std::string target_;
  OutputFile file_;
  std::string header_;  // includes its padding
  std::uint64_t expected_ = 0;
  std::uint64_t appended_ = 0;
};

}  // namespace colourize::weights
