// What the executor finds out before it runs a layer.
#include "engine/graph/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "engine/device.h"
#include "engine/generators/generator.h"
#include "system/error.h"
#include "tests/support/golden.h"

namespace colourize::graph {
namespace {

// The built-in generator with the last number of one of its tensors replaced.
Generator damaged_generator(const std::string& damaged, float number) {
  return tests::changed_builtin([&](auto& tensors) { tensors.at(damaged).values.back() = number; });
}

std::string refusal(const Generator& generator, const std::string& device) {
  const auto backend = open_device(device, {}, ignore_warnings);
  Executor executor(generator.graph, *backend);
  try {
    executor.run(Tensor({1, 32, 32, 1}));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// A ReLU makes 0 of a NaN, so the generator's output does not tell.
TEST(Executor, LooksAtEveryLayersWeightsBeforeItRuns) {
  const auto sound = weights::Weights::builtin();
  for (const std::string device : {"reference", "cpu"}) EXPECT_EQ(refusal(build_generator(sound), device), "no error");
  std::size_t layers = 0;
  for (const std::string& name : sound->names()) {
    if (sound->shape(name).size() < 3) continue;
    ++layers;
    const std::string layer = name.substr(0, name.rfind('.'));
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
      for (const std::string device : {"reference", "cpu"}) {
        EXPECT_THAT(refusal(damaged_generator(name, bad), device),
                    testing::HasSubstr("layer " + layer + ": its weights hold NaN or infinity"));
      }
    }
  }
  EXPECT_GT(layers, 20U);
}

}  // namespace
}  // namespace colourize::graph
