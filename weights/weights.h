// The named parameters of a generator. Their names are those of the checkpoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
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

// Converts values of this type, at any address, to float32. Empty where the type is not floating-point.
std::vector<float> widened(DataType type, std::span<const std::byte> stored);

class Weights : public std::enable_shared_from_this<Weights> {
 public:
  // Maps a .safetensors file into memory. float32 and float16 tensors are used from the map. Other types are converted
  // to float32 on first use; so is float16, where the caller asks for values(). Throws Error where the file is not in
  // this format or is damaged.
  static std::shared_ptr<const Weights> open(const std::filesystem::path& path);
  // The generator that is built into the program.
  static std::shared_ptr<const Weights> builtin();
  // Reads a file's bytes, which must outlive the result. `source` is for messages.
  static std::shared_ptr<const Weights> from_bytes(std::span<const std::byte> bytes, const std::string& source);
  // Takes parameters in memory.
  static std::shared_ptr<const Weights> from_tensors(std::map<std::string, FloatTensor> tensors, Metadata metadata,
                                                     const std::string& source);

  const std::string& source() const { return source_; }
  std::optional<std::string> metadata(const std::string& key) const;
  const Metadata& metadata() const { return metadata_; }
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return parameters_.contains(name); }

  // True where the tensor holds floating-point numbers. Throws Error where no tensor has this name.
  bool is_floating(const std::string& name) const { return find(name).floating(); }
  // Both throw Error where no tensor has this name. values() also throws where the tensor does not hold floating-point
  // numbers, or holds NaN or infinity. The results are valid as long as this object.
  const Dimensions& shape(const std::string& name) const;
  std::span<const float> values(const std::string& name) const;
  // The same without a check for NaN and infinity, because that would read all of a mapped tensor. The caller must
  // check the values before using them.
  std::span<const float> unchecked_values(const std::string& name) const;
  // The tensor as IEEE binary16 where the file stores it so, also without a check; otherwise empty. In C order, valid
  // as long as this object.
  std::span<const std::uint16_t> halves(const std::string& name) const;
  // Returns `count` values from `first` on as float32. They must lie within the tensor; this reads nothing else of it.
  // Throws as shape() does.
  std::vector<float> part(const std::string& name, std::size_t first, std::size_t count) const;
  // The same as values(), for a known shape: throws Error that names both shapes where they differ.
  std::span<const float> values(const std::string& name, const Dimensions& expected) const;

  // For values() or halves() that nothing will read for a while: gives their memory back to the system where they lie
  // in a mapped file.
  void release(std::span<const std::byte> part) const;

  std::size_t bytes() const;  // of all parameters as float32

  // SHA-256 of the file's bytes, as 64 hexadecimal digits; empty for weights that are no file's. Reads all of the file
  // the first time.
  const std::string& sha256() const;

 private:
  struct Parameter {
    Dimensions shape;
    DataType type = DataType::f32;
    std::span<const std::byte> stored;  // of type `type`, at any address
    bool floating() const;
    std::size_t elements() const;
  };

  explicit Weights(std::string source) : source_(std::move(source)) {}
  void adopt(const SafetensorsContents& contents);
  const Parameter& find(const std::string& name) const;

  std::string source_;
  Metadata metadata_;
  std::map<std::string, Parameter> parameters_;
  std::unique_ptr<MappedFile> file_;
  std::span<const std::byte> file_bytes_;  // empty: no file's
  mutable std::once_flag summing_;
  mutable std::string sha256_;
  std::vector<std::vector<float>> owned_;  // tensors of from_tensors()
  mutable std::mutex widening_;
  mutable std::map<std::string, std::vector<float>>
      widened_;  // tensors that a caller asked for and that the file does not store as float32
};

}  // namespace colourize::weights
