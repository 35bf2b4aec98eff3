#include "weights/weights.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <Eigen/Core>

#include "system/all_finite.h"
#include "system/error.h"
#include "system/sha256.h"
#include "weights/builtin/builtin.h"

namespace colourize::weights {
namespace {

static_assert(std::endian::native == std::endian::little, "the file's numbers are little-endian");

template <typename Stored>
std::vector<float> widen(std::span<const std::byte> bytes) {
  std::vector<float> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;  // copied, because the file may put it at any address
    std::memcpy(static_cast<void*>(&stored), bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = static_cast<float>(stored);
  }
  return values;
}

bool is_aligned(std::span<const std::byte> bytes, std::size_t alignment) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment == 0;  // NOLINT
}

}  // namespace

std::vector<float> widened(DataType type, std::span<const std::byte> stored) {
  switch (type) {
    case DataType::f32:
      return widen<float>(stored);
    case DataType::f16:
      return widen<Eigen::half>(stored);
    case DataType::bf16:
      return widen<Eigen::bfloat16>(stored);
    case DataType::f64:
      return widen<double>(stored);
    default:
      return {};
  }
}

std::shared_ptr<const Weights> Weights::open(const std::filesystem::path& path) {
  std::shared_ptr<Weights> weights(new Weights(path.string()));
  weights->file_ = std::make_unique<MappedFile>(path);
  weights->file_bytes_ = weights->file_->bytes();
  weights->adopt(parse_safetensors(weights->file_bytes_, weights->source_));
  return weights;
}

std::shared_ptr<const Weights> Weights::builtin() {
  return from_bytes(builtin_lite(), "the built-in generator");
}

std::shared_ptr<const Weights> Weights::from_bytes(std::span<const std::byte> bytes, const std::string& source) {
  std::shared_ptr<Weights> weights(new Weights(source));
  weights->file_bytes_ = bytes;
  weights->adopt(parse_safetensors(bytes, source));
  return weights;
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): the tensors' values are moved from
std::shared_ptr<const Weights> Weights::from_tensors(std::map<std::string, FloatTensor> tensors, Metadata metadata,
                                                     const std::string& source) {
  std::shared_ptr<Weights> weights(new Weights(source));
  weights->metadata_ = std::move(metadata);
  for (auto& [name, tensor] : tensors) {
    const auto& values = weights->owned_.emplace_back(std::move(tensor.values));
    weights->parameters_.emplace(
        name, Parameter{.shape = tensor.shape, .type = DataType::f32, .stored = std::as_bytes(std::span(values))});
  }
  return weights;
}

bool Weights::Parameter::floating() const {
  return type == DataType::f32 || type == DataType::f16 || type == DataType::bf16 || type == DataType::f64;
}

std::size_t Weights::Parameter::elements() const {
  return stored.size() / static_cast<std::size_t>(size_of(type));
}

void Weights::adopt(const SafetensorsContents& contents) {
  metadata_ = contents.metadata;
  for (const auto& [name, entry] : contents.tensors) {
    parameters_.emplace(name, Parameter{.shape = entry.shape, .type = entry.type, .stored = entry.bytes});
  }
}

const std::string& Weights::sha256() const {
  std::call_once(summing_, [this] {
    if (!file_bytes_.empty()) sha256_ = colourize::sha256(file_bytes_);
  });
  return sha256_;
}

std::optional<std::string> Weights::metadata(const std::string& key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Weights::names() const {
  std::vector<std::string> result;
  for (const auto& [name, parameter] : parameters_) result.push_back(name);
  return result;
}

const Weights::Parameter& Weights::find(const std::string& name) const {
  const auto found = parameters_.find(name);
  if (found == parameters_.end()) {
    throw Error(ErrorKind::damaged, source_, "has no tensor '" + name + "'",
                "it is not a complete generator; fetch or convert it again");
  }
  return found->second;
}

const Dimensions& Weights::shape(const std::string& name) const {
  return find(name).shape;
}

std::span<const float> Weights::unchecked_values(const std::string& name) const {
  const Parameter& parameter = find(name);
  if (!parameter.floating())
    throw Error(ErrorKind::damaged, source_, "tensor '" + name + "' does not hold floating-point numbers");
  if (parameter.type == DataType::f32 && is_aligned(parameter.stored, alignof(float))) {
    const auto* values =
        reinterpret_cast<const float*>(parameter.stored.data());  // NOLINT: what the file says they are
    return {values, parameter.elements()};
  }
  const std::lock_guard lock(widening_);
  std::vector<float>& values = widened_[name];
  if (values.empty()) values = widened(parameter.type, parameter.stored);
  return values;
}

std::span<const std::uint16_t> Weights::halves(const std::string& name) const {
  const Parameter& parameter = find(name);
  if (parameter.type != DataType::f16 || !is_aligned(parameter.stored, alignof(std::uint16_t))) return {};
  const auto* values = reinterpret_cast<const std::uint16_t*>(parameter.stored.data());  // NOLINT: as above
  return {values, parameter.elements()};
}

std::vector<float> Weights::part(const std::string& name, std::size_t first, std::size_t count) const {
  const Parameter& parameter = find(name);
  const auto size = static_cast<std::size_t>(size_of(parameter.type));
  return widened(parameter.type, parameter.stored.subspan(first * size, count * size));
}

std::span<const float> Weights::values(const std::string& name) const {
  const std::span<const float> values = unchecked_values(name);
  if (!all_finite(values)) {
    throw Error(ErrorKind::damaged, source_, "tensor '" + name + "' holds NaN or infinity",
                "the weights are damaged; fetch or convert them again");
  }
  return values;
}

std::span<const float> Weights::values(const std::string& name, const Dimensions& expected) const {
  const Dimensions& actual = shape(name);
  if (actual != expected) {
    throw Error(ErrorKind::damaged, source_,
                "tensor '" + name + "' is " + to_string(actual) + " where " + to_string(expected) + " is needed");
  }
  return values(name);
}

void Weights::release(std::span<const std::byte> part) const {
  if (file_ == nullptr || part.data() < file_->bytes().data() ||
      part.data() + part.size() > file_->bytes().data() + file_->bytes().size()) {
    return;  // in memory of its own
  }
  file_->release(part);
}

std::size_t Weights::bytes() const {
  std::size_t sum = 0;
  for (const auto& [name, parameter] : parameters_) {
    if (parameter.floating()) sum += parameter.elements() * sizeof(float);
  }
  return sum;
}

}  // namespace colourize::weights
