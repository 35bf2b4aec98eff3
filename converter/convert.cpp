#include "converter/convert.h"

#include <algorithm>
#include <future>
#include <map>

#include <Eigen/Core>

#include "converter/originals.h"
#include "converter/torch_checkpoint.h"
#include "system/all_finite.h"
#include "system/error.h"
#include "system/mapped_file.h"
#include "system/sha256.h"
#include "weights/weights.h"

namespace colourize::converter {
namespace {

using weights::DataType;

constexpr auto sha256_key = "source_sha256";
constexpr std::size_t sha256_digits = 64;

// A .safetensors file with the checkpoint's own names.
OpenCheckpoint open_safetensors_checkpoint(const std::filesystem::path& path) {
  const auto weights = weights::Weights::open(path);
  OpenCheckpoint result;
  std::map<std::string, std::span<const float>> values;
  result.container = "safetensors";
  result.checkpoint.source = path.string();
  for (const std::string& name : weights->names()) {
    if (!weights->is_floating(name)) {
      result.checkpoint.unread.insert(name);
      continue;
    }
    const weights::Dimensions& shape = weights->shape(name);
    if (std::ranges::any_of(shape, [](std::int64_t dimension) { return dimension < 1; })) {
      throw Error(ErrorKind::damaged, path.string(), "tensor '" + name + "' has no elements");
    }
    result.checkpoint.shapes[name] = shape;
    values[name] = weights->values(name);  // only once, because this checks every number
  }
  result.checkpoint.load = [weights, values](const std::string& name, std::int64_t first, std::span<float> to) {
    std::ranges::copy(values.at(name).subspan(static_cast<std::size_t>(first), to.size()), to.begin());
  };
  return result;
}

bool starts_as_torch_file(std::span<const std::byte> file) {
  const auto at = [&](std::size_t i) { return i < file.size() ? std::to_integer<unsigned>(file[i]) : 0U; };
  const bool zip = at(0) == 'P' && at(1) == 'K';
  constexpr unsigned pickle_protocol = 0x80;
  // A .safetensors file begins with a small number and a brace.
  return zip || (at(0) == pickle_protocol && at(8) != '{');
}

// Appends values in the result's type, and checks that they are numbers.
class Writer {
 public:
  Writer(const std::filesystem::path& target, const std::vector<FoldedTensor>& tensors,
         const weights::Metadata& metadata, const ConvertOptions& options)
      : options_(options), file_(target, plans(tensors, options.half), metadata) {
    for (const FoldedTensor& tensor : tensors) all_ += element_count(tensor.shape);
  }

  void write(const FoldedTensor& tensor, const std::string& source) {
    tensor.write([&](std::span<const float> values) {
      if (!append(values)) {
        throw Error(ErrorKind::damaged, source, "gives NaN or infinity for '" + tensor.name + "'",
                    "the checkpoint is damaged, or its numbers are too large for float16");
      }
      done_ += values.size();
      if (options_.progress) options_.progress(static_cast<double>(done_) / static_cast<double>(all_));
    });
  }
  void commit(const std::string& source_sha256) {
    file_.replace_metadata(sha256_key, source_sha256);
    file_.commit();
  }

 private:
  static std::vector<weights::SafetensorsWriter::Plan> plans(const std::vector<FoldedTensor>& tensors, bool half) {
    std::vector<weights::SafetensorsWriter::Plan> result;
    result.reserve(tensors.size());
    for (const FoldedTensor& tensor : tensors) {
      result.push_back({tensor.name, half ? DataType::f16 : DataType::f32, tensor.shape});
    }
    return result;
  }

  // Also checks that all of them are finite in the result's type.
  bool append(std::span<const float> values) {
    if (!options_.half) {
      file_.append(std::as_bytes(values));
      return all_finite(values);
    }
    half_.resize(values.size());
    std::ranges::transform(values, half_.begin(), [](float value) { return Eigen::half(value); });
    file_.append(std::as_bytes(std::span(half_)));
    return std::ranges::all_of(half_, [](Eigen::half value) { return (Eigen::numext::isfinite)(value); });
  }

  const ConvertOptions& options_;
  weights::SafetensorsWriter file_;
  std::vector<Eigen::half> half_;
  std::size_t done_ = 0;
  std::size_t all_ = 0;
};

}  // namespace

bool is_torch_file(const std::filesystem::path& path) {
  return starts_as_torch_file(MappedFile(path).bytes());
}

Conversion convert(const std::filesystem::path& source, const std::filesystem::path& target,
                   const ConvertOptions& options) {
  const MappedFile file(source);
  const std::filesystem::path name = options.source_name.empty() ? source.filename() : options.source_name;
  const bool safetensors = name.extension() == ".safetensors";
  const OpenCheckpoint open =
      safetensors ? open_safetensors_checkpoint(source) : open_torch_checkpoint(file.bytes(), source.string());
  const Original& original = recognise(open.checkpoint);
  const std::string generator(original.model.name);
  const std::vector<FoldedTensor> tensors = fold(original, open.checkpoint);

  // The checksum takes as long as the folding, so both run at once. The checksum's place in the metadata is filled in
  // last.
  std::future<std::string> checksum = std::async(std::launch::async, [&file] { return sha256(file.bytes()); });
  Writer writer(target, tensors,
                {{"generator", generator},
                 {"source_file", name.string()},
                 {sha256_key, std::string(sha256_digits, '0')},
                 {"converter", options.version}},
                options);
  for (const FoldedTensor& tensor : tensors) writer.write(tensor, source.string());
  Conversion result{.generator = generator,
                    .container = open.container,
                    .sha256 = checksum.get(),
                    .tensors = tensors.size(),
                    .bytes = file.bytes().size(),
                    .globals = open.globals};
  writer.commit(result.sha256);
  return result;
}

}  // namespace colourize::converter
