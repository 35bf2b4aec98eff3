#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/device.h"
#include "engine/graph/executor.h"
#include "tests/support/recipe.h"

namespace colourize::tests {

std::shared_ptr<const weights::Weights> golden(const std::string& name) {
  return weights::Weights::open(folder + "golden/" + name + ".golden.safetensors");
}

Tensor golden_tensor(const weights::Weights& golden, const std::string& name) {
  const weights::Dimensions& shape = golden.shape(name);
  return from_nchw(golden.values(name), {shape[0], shape[2], shape[3], shape[1]});
}

double largest_error(const Generator& generator, const weights::Weights& golden, int side) {
  const auto backend = open_device("reference");
  graph::Executor executor(generator.graph, *backend);
  const std::string suffix = "." + std::to_string(side);
  const Tensor output = executor.run(golden_tensor(golden, "input" + suffix));
  const Tensor expected = golden_tensor(golden, "output" + suffix);
  EXPECT_EQ(output.shape(), expected.shape());
  double largest = 0;
  for (std::size_t i = 0; i < expected.values().size(); ++i) {
    const double error = std::abs(static_cast<double>(output.values()[i]) - expected.values()[i]);
    if (!(error <= largest)) largest = error;  // NaN too
  }
  return largest;
}

Generator recipe_generator(const std::string& kind, const std::string& keys, const weights::Weights& golden) {
  const auto checkpoint = recipe_checkpoint(kind, folder + "oracle/" + keys + ".keys.tsv", golden);
  return build_generator(folded_weights(checkpoint));
}

}  // namespace colourize::tests
