// The files under tests/golden/ as a test needs them.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/generators/generator.h"
#include "engine/tensor.h"
#include "system/mapped_file.h"
#include "weights/weights.h"

namespace colourize::tests {

// tests/, with a slash at the end: where the sources were when this was compiled, or where $COLOURIZE_TESTS says, for a
// program that has left them.
inline const std::string folder = [] {
  const char* elsewhere = std::getenv("COLOURIZE_TESTS");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return std::string(elsewhere == nullptr ? COLOURIZE_TESTS : elsewhere) + "/";
}();

// tests/golden/NAME.golden.safetensors
std::shared_ptr<const weights::Weights> golden(const std::string& name);

// A file of tensors of any type, tests/golden/NAME.safetensors: bytes, where Weights gives floats.
class GoldenFile {
 public:
  explicit GoldenFile(const std::string& name)
      : file_(folder + "golden/" + name + ".safetensors"), contents_(weights::parse_safetensors(file_.bytes(), name)) {}

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& [name, entry] : contents_.tensors) result.push_back(name);
    return result;
  }
  bool has(const std::string& name) const { return contents_.tensors.contains(name); }
  const weights::Dimensions& shape(const std::string& name) const { return contents_.tensors.at(name).shape; }
  std::span<const std::byte> bytes(const std::string& name) const { return contents_.tensors.at(name).bytes; }

 private:
  MappedFile file_;
  weights::SafetensorsContents contents_;
};

// A golden N x C x H x W tensor. Here, for the backends' tests are also built without the engine's graph.
inline Tensor golden_tensor(const weights::Weights& golden, const std::string& name) {
  const weights::Dimensions& shape = golden.shape(name);
  return from_nchw(golden.values(name), {shape[0], shape[2], shape[3], shape[1]});
}

// Numbers of both signs, the same each time, that no two channels share.
Tensor noise(const kernels::Shape& shape);

// Of the same shape, and not a bit apart.
bool same_bytes(const Tensor& a, const Tensor& b);

// The built-in generator with its tensors, by their names, as `change` leaves them.
Generator changed_builtin(const std::function<void(std::map<std::string, weights::FloatTensor>&)>& change);

// The built-in generator with weights so large that it gives no finite numbers.
Generator overflowing_builtin();

// How a generator's output differs from another of the same shape.
struct OutputError {
  double largest = 0;
  double mean = 0;
  // wide, deep: the share of the 8-bit picture's values that differ by one level at most.
  double within_one_level = 0;
};
OutputError output_error(const Generator& generator, const Tensor& output, const Tensor& expected);

// The generator's output on a device, for the golden input of this side.
Tensor golden_output(const Generator& generator, const weights::Weights& golden, int side, const std::string& device,
                     int threads = 0);

// The largest difference between a generator's output on the reference backend and PyTorch's, for the golden input of
// this side.
double largest_error(const Generator& generator, const weights::Weights& golden, int side);

// The generator by the recipe that tests/oracle/KEYS.keys.tsv lists, its statistics from `golden`.
Generator recipe_generator(const std::string& kind, const std::string& keys, const weights::Weights& golden);

// The small DDColor's.
Generator small_ddcolor();

}  // namespace colourize::tests
