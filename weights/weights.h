// The named parameters of a generator. A checkpoint's own names are the only key to them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "system/mapped_file.h"
#include "weights/safetensors.h"

namespace colourize::weights {

// A parameter in memory, float32, C order.
struct FloatTensor {
  Dimensions shape;
  std::vector<float> values;
};

class Weights {
 public:
  // Maps a .safetensors file. float32 tensors are used from the map; half-precision ones are widened. Throws Error when
  // the file is no such file or is damaged.
  static std::shared_ptr<const Weights> open(const std::filesystem::path& path);
  // The generator that is part of the program.
  static std::shared_ptr<const Weights> builtin();
  // From a file's bytes, which must outlive the result. `source` is for messages.
  static std::shared_ptr<const Weights> from_bytes(std::span<const std::byte> bytes, const std::string& source);
  // From parameters in memory.
  static std::shared_ptr<const Weights> from_tensors(std::map<std::string, FloatTensor> tensors, Metadata metadata,
                                                     const std::string& source);

  const std::string& source() const { return source_; }
  std::optional<std::string> metadata(const std::string& key) const;
  const Metadata& metadata() const { return metadata_; }
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return parameters_.contains(name); }

  // Whether the tensor holds floating-point numbers; throws Error when there is none of that name.
  bool is_floating(const std::string& name) const { return find(name).floating; }
  // Both throw Error when there is no tensor of that name; values() also when it does not hold floating-point numbers,
  // or holds NaN or infinity. Valid as long as this object.
  const Dimensions& shape(const std::string& name) const;
  std::span<const float> values(const std::string& name) const;
  // The same, but nobody has looked whether they are NaN or infinity, which would read all of a mapped tensor: the
  // caller does so before they are used.
  std::span<const float> unchecked_values(const std::string& name) const;
  // The same, when the shape must be known: throws Error that names both when it differs.
  std::span<const float> values(const std::string& name, const Dimensions& expected) const;

  // For values() that nobody will read for a while: gives their memory back where they are used from a mapped file.
  void release(std::span<const float> values) const;

  std::size_t bytes() const;  // of all parameters as float32

 private:
  struct Parameter {
    Dimensions shape;
    std::span<const float> values;  // empty data with a non-empty shape: not of a floating-point type
    bool floating = true;
  };

  explicit Weights(std::string source) : source_(std::move(source)) {}
  void adopt(const SafetensorsContents& contents);
  const Parameter& find(const std::string& name) const;

  std::string source_;
  Metadata metadata_;
  std::map<std::string, Parameter> parameters_;
  std::unique_ptr<MappedFile> file_;
  std::vector<std::vector<float>> owned_;
};

}  // namespace colourize::weights
