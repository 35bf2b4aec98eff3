// The named parameters of a generator. A checkpoint's own names are the only key to them.
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

// Values of that type, at any address, as float32; empty where it is no floating-point one.
std::vector<float> widened(DataType type, std::span<const std::byte> stored);

class Weights : public std::enable_shared_from_this<Weights> {
 public:
  // Maps a .safetensors file. float32 and float16 tensors are used from the map; what else there is is widened to
  // float32, and so is float16 for those who ask for values(), both when they are first asked for. Throws Error when
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
  bool is_floating(const std::string& name) const { return find(name).floating(); }
  // Both throw Error when there is no tensor of that name; values() also when it does not hold floating-point numbers,
  // or holds NaN or infinity. Valid as long as this object.
  const Dimensions& shape(const std::string& name) const;
  std::span<const float> values(const std::string& name) const;
  // The same, but nobody has looked whether they are NaN or infinity, which would read all of a mapped tensor: the
  // caller does so before they are used.
  std::span<const float> unchecked_values(const std::string& name) const;
  // The tensor as IEEE binary16 where it is stored so, which nobody has looked at either; otherwise empty. In C order,
  // valid as long as this object.
  std::span<const std::uint16_t> halves(const std::string& name) const;
  // `count` values from `first` on, which are within the tensor, as float32; nothing else of it is read. Throws as
  // shape() does.
  std::vector<float> part(const std::string& name, std::size_t first, std::size_t count) const;
  // The same, when the shape must be known: throws Error that names both when it differs.
  std::span<const float> values(const std::string& name, const Dimensions& expected) const;

  // Of values() or halves() that nobody will read for a while: gives their memory back where they are used from a
  // mapped file.
  void release(std::span<const std::byte> part) const;

  std::size_t bytes() const;  // of all parameters as float32

 private:
  struct Parameter {
    Dimensions shape;
    DataType type = DataType::f32;
    std::span<const std::byte> stored;  // of that type, at any address
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
  std::vector<std::vector<float>> owned_;  // of from_tensors()
  mutable std::mutex widening_;
  mutable std::map<std::string, std::vector<float>> widened_;  // what was asked for and is not stored as float32
};

}  // namespace colourize::weights
