#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "engine/photo/exact.h"
#include "tests/support/recipe.h"

namespace colourize::tests {

std::shared_ptr<const weights::Weights> golden(const std::string& name) {
  return weights::Weights::open(folder + "golden/" + name + ".golden.safetensors");
}

Tensor noise(const kernels::Shape& shape) {
  Tensor tensor(shape);
  std::uint32_t state = 1;
  for (float& value : tensor.values()) {
    state = state * 1664525 + 1013904223;
    value = static_cast<float>(state >> 8U) / static_cast<float>(1U << 23U) - 1;
  }
  return tensor;
}

bool same_bytes(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::memcmp(a.values().data(), b.values().data(), a.values().size_bytes()) == 0;
}

Generator changed_builtin(const std::function<void(std::map<std::string, weights::FloatTensor>&)>& change) {
  std::map<std::string, weights::FloatTensor> tensors;
  const auto builtin = weights::Weights::builtin();
  for (const std::string& name : builtin->names()) {
    const auto values = builtin->values(name);
    tensors[name] = {builtin->shape(name), {values.begin(), values.end()}};
  }
  change(tensors);
  return build_generator(weights::Weights::from_tensors(std::move(tensors), {}, "damaged"));
}

Generator overflowing_builtin() {
  return changed_builtin([](auto& tensors) {
    for (auto& [name, tensor] : tensors) {
      if (tensor.shape.size() != 4) continue;
      for (float& value : tensor.values) value *= 1e30F;
    }
  });
}

OutputError output_error(const Generator& generator, const Tensor& output, const Tensor& expected) {
  EXPECT_EQ(output.shape(), expected.shape());
  OutputError result;
  for (std::size_t i = 0; i < expected.values().size(); ++i) {
    const double distance = std::abs(static_cast<double>(output.values()[i]) - expected.values()[i]);
    const double error = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
    result.largest = std::max(result.largest, error);
    result.mean += error / static_cast<double>(expected.values().size());
  }
  if (generator.encoding.colours == kernels::Colours::rgb) {
    const photo::Raster8 picture = photo::exact_generator_picture(output, generator.encoding);
    const photo::Raster8 expected_picture = photo::exact_generator_picture(expected, generator.encoding);
    std::size_t near = 0;
    for (std::size_t i = 0; i < picture.samples.size(); ++i) {
      near += static_cast<std::size_t>(std::abs(int{picture.samples[i]} - int{expected_picture.samples[i]}) <= 1);
    }
    result.within_one_level = static_cast<double>(near) / static_cast<double>(picture.samples.size());
  }
  return result;
}

Tensor golden_output(const Generator& generator, const weights::Weights& golden, int side, const std::string& device,
                     int threads) {
  const auto backend = open_device(device, {.threads = threads}, ignore_warnings);
  graph::Executor executor(generator.graph, *backend);
  return executor.run(golden_tensor(golden, "input." + std::to_string(side)));
}

double largest_error(const Generator& generator, const weights::Weights& golden, int side) {
  return output_error(generator, golden_output(generator, golden, side, "reference"),
                      golden_tensor(golden, "output." + std::to_string(side)))
      .largest;
}

Generator recipe_generator(const std::string& kind, const std::string& keys, const weights::Weights& golden) {
  const auto checkpoint = recipe_checkpoint(kind, folder + "oracle/" + keys + ".keys.tsv", golden);
  return build_generator(folded_weights(checkpoint));
}

Generator small_ddcolor() {
  return recipe_generator("ddcolor", "ddcolor-small", *golden("ddcolor-small"));
}

}  // namespace colourize::tests
