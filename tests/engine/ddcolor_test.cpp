// DDColor's networks, by the recipe's weights, against PyTorch's numbers (tests/golden/ddcolor-*, made by
// tests/oracle/make_ddcolor_golden.py): outputs at every size and grey, and the values on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "converter/stored_tensors.h"
#include "engine/device.h"
#include "engine/graph/executor.h"
#include "tests/support/golden.h"
#include "tests/support/recipe.h"

namespace colourize {
namespace {

using tests::folder;
using tests::golden;
using tests::golden_tensor;
using tests::output_error;
using tests::recipe_checkpoint;

class DDColor : public testing::TestWithParam<std::string> {
 protected:
  // Weights of 55 or 228 million numbers: once for all tests of a size.
  static void TearDownTestSuite() { networks().clear(); }

  struct Network {
    std::shared_ptr<const weights::Weights> numbers;
    converter::Checkpoint checkpoint;
    Generator generator;
  };
  static std::map<std::string, Network>& networks() {
    static std::map<std::string, Network> all;
    return all;
  }
  static const Network& network() {
    const std::string name = "ddcolor-" + GetParam();
    Network& entry = networks()[name];
    if (entry.numbers == nullptr) {
      entry.numbers = golden(name);
      entry.checkpoint = recipe_checkpoint(name, folder + "oracle/" + name + ".keys.tsv", *entry.numbers);
      entry.generator = build_generator(tests::folded_weights(entry.checkpoint));
    }
    return entry;
  }

  static std::vector<std::string> cases() {
    std::vector<std::string> names;
    for (const std::string& name : network().numbers->names()) {
      if (name.starts_with("input.")) names.push_back(name.substr(6));
    }
    return names;
  }

  static double stated_difference(const std::string& name) {
    return std::stod(network().numbers->metadata().at("difference." + name));
  }

  // The outputs span about 60 around 0.
  static void expect_outputs(const std::string& device, double largest) {
    const auto backend = open_device(device, {}, ignore_warnings);
    graph::Executor executor(network().generator.graph, *backend);
    ASSERT_FALSE(cases().empty());
    for (const std::string& name : cases()) {
      const Tensor output = executor.run(golden_tensor(*network().numbers, "input." + name));
      const Tensor expected = golden_tensor(*network().numbers, "output." + name);
      const auto error = output_error(network().generator, output, expected);
      EXPECT_LE(error.largest, largest) << device << " " << name;
      RecordProperty("largest_error_" + device + "_" + name, std::to_string(error.largest));
    }
  }
};

// PyTorch's own float32 is up to 2.1e-4 from its float64.
TEST_P(DDColor, EqualsPyTorch) {
  expect_outputs("reference", 1.5e-3);
}

TEST_P(DDColor, EqualsPyTorchOnTheFastPath) {
  expect_outputs("cpu", 0.02);
}

// A value of the engine, and what is folded out of it: y = x * scale + shift, per channel.
struct TapPlace {
  std::string golden;
  std::string node;
  std::optional<converter::ScaleAndShift> folded;
};

std::vector<TapPlace> tap_places(const converter::Checkpoint& checkpoint) {
  const converter::StoredTensors tensors(checkpoint);
  std::vector<TapPlace> places;
  for (const char* i : {"0", "1", "2", "3"}) {
    const std::string norm = std::string("encoder.arch.norm") + i;
    const auto channels = static_cast<std::size_t>(tensors.shape(norm + ".weight").front());
    const auto scale = tensors.vector(norm + ".weight", channels);
    const auto shift = tensors.vector(norm + ".bias", channels);
    places.push_back({std::string("f") + i, norm,
                      converter::ScaleAndShift{{scale.begin(), scale.end()}, {shift.begin(), shift.end()}}});
  }
  for (const char* i : {"0", "1", "2"}) {
    const std::string block = std::string("decoder.layers.") + i + ".conv.";
    const auto channels = static_cast<std::size_t>(tensors.shape(block + "2.weight").front());
    places.push_back({std::string("out") + i, block + "1", tensors.batch_norm(block + "2", channels)});
  }
  const std::string decoder = "decoder.color_decoder.";
  for (const char* i : {"0", "1", "2", "8"}) {
    places.push_back({std::string("queries") + i, decoder + "transformer_ffn_layers." + i + ".norm", {}});
  }
  places.push_back({"colours", decoder + "color_embed.layers.2", {}});
  return places;
}

TEST_P(DDColor, GivesTheValuesOnTheWay) {
  const weights::Weights& numbers = *network().numbers;
  const std::vector<TapPlace> places = tap_places(network().checkpoint);
  std::vector<std::string> names;
  for (const TapPlace& place : places) names.push_back(place.node);
  const auto backend = open_device("reference", {}, ignore_warnings);
  graph::Executor executor(network().generator.graph, *backend);
  std::map<std::string, Tensor> values;
  executor.run(golden_tensor(numbers, "input." + numbers.metadata().at("taps")), {.taps = names},
               [&](const std::string& name, const Tensor& value) { values[name] = value; });
  for (const TapPlace& place : places) {
    const Tensor& value = values.at(place.node);
    const std::string name = "tap." + place.golden;
    const auto expected = numbers.values(name);
    ASSERT_EQ(value.values().size(), expected.size()) << name;
    // Maps are N x C x H x W there; lists of vectors have their channels last, as here.
    const std::vector<float> actual = numbers.shape(name).size() == 4
                                          ? to_nchw(value)
                                          : std::vector<float>(value.values().begin(), value.values().end());
    const auto pixels = static_cast<std::size_t>(value.shape().pixels());
    double largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      double published = actual[i];
      if (place.folded) {
        const std::size_t c = i / pixels;
        published = published * place.folded->scale[c] + place.folded->shift[c];
      }
      largest = std::max(largest, std::abs(published - expected[i]));
    }
    EXPECT_LE(largest, 10 * stated_difference(name)) << name;
  }
}

TEST_P(DDColor, HasItsPositions) {
  const weights::Weights& numbers = *network().numbers;
  for (const std::string name : {"tap.position0", "tap.position1"}) {
    const auto expected = numbers.values(name);
    const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(numbers.shape(name).front())));
    const graph::PositionCode code{.channel_count = numbers.shape(name).back()};
    const std::vector<float> values = code.values({1, side, side, code.channel_count});
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_NEAR(values[i], expected[i], 1e-6) << name << " " << i;
  }
}

TEST_P(DDColor, GivesTheSameBytesAtAnyThreadCountAndInABatch) {
  const Tensor input = golden_tensor(*network().numbers, "input.64:astronaut");
  Tensor twice({2, 64, 64, 1});
  std::ranges::copy(golden_tensor(*network().numbers, "input.64:shapes").values(), twice.values().begin());
  std::ranges::copy(input.values(), twice.values().begin() + 64 * 64);
  std::optional<Tensor> first;
  for (const int threads : {1, 2, 5}) {
    const auto backend = open_device("cpu", {.threads = threads}, ignore_warnings);
    graph::Executor executor(network().generator.graph, *backend);
    const Tensor output = executor.run(input);
    if (!first) first = output;
    EXPECT_TRUE(tests::same_bytes(output, *first)) << threads;
    const Tensor both = executor.run(twice);
    const auto second = both.values().subspan(both.values().size() / 2);
    double largest = 0;
    for (std::size_t i = 0; i < second.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(second[i]) - first->values()[i]));
    }
    EXPECT_LE(largest, 1e-3) << threads;
  }
}

INSTANTIATE_TEST_SUITE_P(Tiny, DDColor, testing::Values("tiny"));
INSTANTIATE_TEST_SUITE_P(Large, DDColor, testing::Values("large"));

}  // namespace
}  // namespace colourize
