// DDColor's networks, by the recipe's weights, against PyTorch's numbers (tests/golden/ddcolor-*, made by
// tests/oracle/make_ddcolor_golden.py): outputs at every size and grey, and the values on the way.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "converter/stored_tensors.h"
#include "engine/device.h"
#include "engine/graph/executor.h"
#include "engine/photo/colourize.h"
#include "engine/photo/decode.h"
#include "engine/photo/exact_lab.h"
#include "engine/photo/host_steps.h"
#include "engine/session/session.h"
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

// The published sizes, whose golden files have values on the way.
class DDColorOnTheWay : public DDColor {};

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

// What the keys of the finest level are made of is 17 MB at this size, and needed for a moment.
TEST_P(DDColorOnTheWay, SumsTokensAndPlacesByStrips) {
  const auto backend = open_device("cpu", {}, ignore_warnings);
  const graph::Graph& graph = network().generator.graph;
  const graph::Plan plan = graph::make_plan(graph, {1, 512, 512, 1}, *backend);
  for (const char* i : {"2", "5", "8"}) {
    const std::string layer = std::string("decoder.color_decoder.transformer_cross_attention_layers.") + i;
    EXPECT_TRUE(plan.in_strips[graph.find(layer + ".placed").index()]) << layer;
  }
}

TEST_P(DDColorOnTheWay, GivesTheValues) {
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

TEST_P(DDColorOnTheWay, HasItsPositions) {
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
  std::ranges::reverse_copy(input.values(), twice.values().begin());
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

// A photograph through DDColor's own steps, and through ours.
class DDColorPicture : public testing::Test {
 protected:
  static Generator network(const weights::Weights& numbers) {
    return build_generator(
        tests::folded_weights(recipe_checkpoint("ddcolor-tiny", folder + "oracle/ddcolor-tiny.keys.tsv", numbers)));
  }
  // H x W x 3 bytes.
  photo::Raster8 picture(const std::string& name) const {
    const weights::Dimensions& shape = golden_.shape(name);
    photo::Raster8 raster(static_cast<int>(shape[1]), static_cast<int>(shape[0]), 3);
    std::memcpy(raster.samples.data(), golden_.bytes(name).data(), raster.samples.size());
    return raster;
  }

  static constexpr int side = 64;
  tests::GoldenFile golden_{"ddcolor-tiny.golden"};
  std::shared_ptr<const weights::Weights> numbers_ = golden("ddcolor-tiny");
};

TEST_F(DDColorPicture, IsTheOriginalsWithItsOwnSteps) {
  const photo::Raster8 rgb = picture("picture.rgb");
  const photo::Raster16 square = photo::exact_lab_square(rgb, side);
  Tensor input({1, side, side, 1});
  std::ranges::transform(square.samples, input.values().begin(), [](std::uint16_t grey) { return grey / 65535.0F; });
  const auto backend = open_device("cpu", {}, ignore_warnings);
  const Generator generator = network(*numbers_);
  const Tensor output = graph::Executor(generator.graph, *backend).run(input);
  const photo::Raster8 result = photo::merge_exact_lab(output, rgb);
  const photo::Raster8 expected = picture("picture.exact");
  std::size_t equal = 0;
  std::size_t near = 0;
  for (std::size_t i = 0; i < expected.samples.size(); ++i) {
    const int difference = std::abs(int{result.samples[i]} - int{expected.samples[i]});
    equal += difference == 0 ? 1 : 0;
    near += difference <= 1 ? 1 : 0;
  }
  const auto all = static_cast<double>(expected.samples.size());
  EXPECT_GE(static_cast<double>(near), 0.999 * all);
  EXPECT_GE(static_cast<double>(equal), 0.99 * all);
}

// By our steps the luma of the photo stays. The golden picture keeps its L instead, so colours differ a little.
TEST_F(DDColorPicture, KeepsThePhotosLuma) {
  const photo::Photo before{picture("picture.rgb"), {}};
  photo::Photo after = before;
  photo::merge(after, golden_tensor(*numbers_, "picture.output"), network(*numbers_).encoding,
               golden_tensor(*numbers_, "picture.input"));
  const auto& source = std::get<photo::Raster8>(before.pixels).samples;
  const auto& result = std::get<photo::Raster8>(after.pixels).samples;
  const photo::Raster8 published = picture("picture.bilinear");
  const auto luma = [](const std::uint8_t* pixel) { return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]; };
  double shift = 0;
  double published_shift = 0;
  double chroma = 0;
  for (std::size_t i = 0; i < source.size(); i += 3) {
    shift += std::abs(luma(&result[i]) - luma(&source[i]));
    published_shift += std::abs(luma(&published.samples[i]) - luma(&source[i]));
    for (const std::size_t c : {0, 2}) {
      const double own = result[i + c] - luma(&result[i]);
      chroma += std::abs(own - (published.samples[i + c] - luma(&published.samples[i])));
    }
  }
  const auto pixels = static_cast<double>(source.size() / 3);
  RecordProperty("luma_shift", std::to_string(shift / pixels));
  RecordProperty("published_luma_shift", std::to_string(published_shift / pixels));
  RecordProperty("chroma_difference", std::to_string(chroma / pixels / 2));
  // Rounding to 8 bits moves it by a quarter on average; what clamps besides is little.
  EXPECT_LE(shift / pixels, 0.5);
  EXPECT_GE(published_shift / pixels, 1);
  EXPECT_LE(chroma / pixels / 2, 4);
}

// A session takes the same steps as the reference, one by one; with --exact, those of the authors.
TEST(DDColorSession, TakesTheStepsOfItsGenerator) {
  const Generator generator = tests::small_ddcolor();
  session::Session session(generator, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings);
  const photo::Photo photo = photo::decode(folder + "golden/astronaut-181x133.png", {}, ignore_warnings);
  const auto backend = open_device("cpu", {}, ignore_warnings);
  graph::Executor executor(generator.graph, *backend);

  const Tensor input = photo::generator_input(photo, generator, session.side());
  photo::Photo expected = photo;
  photo::merge(expected, executor.run(input), generator.encoding, input);
  const photo::Photo coloured = photo::colourize(photo, session);
  const auto& result = std::get<photo::Raster8>(coloured.pixels).samples;
  EXPECT_EQ(result, std::get<photo::Raster8>(expected.pixels).samples);
  EXPECT_NE(result, std::get<photo::Raster8>(photo.pixels).samples);

  const photo::Raster8 rgb = photo::to_8_bit(photo);
  const photo::Raster16 square = photo::exact_lab_square(rgb, session.side());
  Tensor grey({1, session.side(), session.side(), 1});
  std::ranges::transform(square.samples, grey.values().begin(), [](std::uint16_t value) { return value / 65535.0F; });
  const photo::Raster8 exact = photo::merge_exact_lab(executor.run(grey), rgb);
  const auto by_session = std::get<photo::Raster8>(photo::colourize_exactly(photo, session).pixels).samples;
  std::size_t equal = 0;
  for (std::size_t i = 0; i < by_session.size(); ++i) equal += by_session[i] == exact.samples[i] ? 1 : 0;
  EXPECT_GE(static_cast<double>(equal), 0.999 * static_cast<double>(by_session.size()));
}

INSTANTIATE_TEST_SUITE_P(Small, DDColor, testing::Values("small"));
INSTANTIATE_TEST_SUITE_P(Tiny, DDColor, testing::Values("tiny"));
INSTANTIATE_TEST_SUITE_P(Tiny, DDColorOnTheWay, testing::Values("tiny"));
INSTANTIATE_TEST_SUITE_P(Large, DDColor, testing::Values("large"));
INSTANTIATE_TEST_SUITE_P(Large, DDColorOnTheWay, testing::Values("large"));

}  // namespace
}  // namespace colourize
