// A film on the emulated GPU: its luma goes up as it lies in the frames, and its chroma comes back as the planes that
// are encoded.
#include "film/film.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "film/video/decoder.h"
#include "film/video/libav.h"
#include "system/recorded_warnings.h"
#include "tests/emulation/runtime.h"
#include "tests/support/files.h"
#include "tests/support/small_film.h"

namespace colourize::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int width = small_film_width;
constexpr int height = small_film_height;
constexpr int frames = 3 * 96 + 5;
constexpr int side = 128;  // of render factor 8

// One convolution from luma to chroma of a quarter of the size: enough to tell frames apart.
Generator small_generator() {
  std::vector<float> weight(2 * 4 * 4);
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = (i < 16 ? 0.02F : -0.015F) * (i % 3 == 0 ? 2.0F : 1.0F);
  Generator generator;
  generator.name = "small";
  generator.encoding = {.input = {.mean = {127}, .deviation = {128, 1, 1, 1}}, .input_blur = 1};
  generator.weights = weights::Weights::from_tensors({{"weight", {{2, 1, 4, 4}, weight}}}, {}, "small");
  const kernels::ConvolutionWeights weights{.weight = generator.weights->values("weight").data(),
                                            .out_channels = 2,
                                            .in_channels = 1,
                                            .kernel_h = 4,
                                            .kernel_w = 4};
  graph::Graph& graph = generator.graph;
  const graph::Convolution convolution{.weights = weights, .stride = 4, .padding = {}};
  graph.set_output(graph.append("weight", convolution, {graph.input(1)}));
  return generator;
}

std::vector<std::vector<int>> chroma_of(const std::filesystem::path& path) {
  film::Input input(path, ignore_warnings);
  film::Decoder decoder(input, {}, ignore_warnings);
  std::vector<std::vector<int>> result;
  while (const auto frame = decoder.next()) {
    std::vector<int> samples;
    for (const int plane : {1, 2}) {
      for (int y = 0; y < height / 2; ++y) {
        const std::uint8_t* row = frame->picture->data[plane] + y * frame->picture->linesize[plane];
        samples.insert(samples.end(), row, row + width / 2);
      }
    }
    result.push_back(std::move(samples));
  }
  return result;
}

TEST(CudaFilm, GoesThroughPlanesOfLumaAndChroma) {
  const TemporaryFolder folder;
  write_file(folder / "film.y4m", small_film(frames));
  const Generator generator = small_generator();
  const auto colour = [&](const std::string& device, const std::string& target) {
    film::FilmOptions options{.session = {.devices = {device}, .render_factor = 8, .together = 0}, .verify = true};
    options.codec.codec = film::VideoCodec::ffv1;
    return film::colourize_film(folder / "film.y4m", folder / target, generator, options,
                                {.progress = {}, .stop = {}, .warn = ignore_warnings});
  };
  emulation::counts = {};
  const film::FilmResult result = colour("cuda", "cuda.mkv");
  EXPECT_TRUE(result.whole && result.verified && result.luma_verified);
  EXPECT_EQ(result.frames, frames);
  EXPECT_EQ(result.device, "cuda");

  // A frame's luma, and its steadied chroma, once each; beside them a few thousand bytes of weights and windows of the
  // resizes.
  constexpr std::size_t chroma_values = side / 4 * side / 4;
  constexpr std::size_t up = width * height + chroma_values * 2 * sizeof(float);
  EXPECT_GE(emulation::counts.bytes_to_device, frames * up);
  EXPECT_LE(emulation::counts.bytes_to_device, frames * up + 65536);
  // What the generator saw, for the stabiliser, its chroma with a byte for 32 pixels of it, and the planes.
  constexpr std::size_t plane = width / 2 * height / 2;
  constexpr std::size_t second_plane = (plane + 31) / 32 * 32;
  constexpr std::size_t down =
      side * side * sizeof(float) + chroma_values * 2 * sizeof(float) + chroma_values / 32 + second_plane + plane;
  EXPECT_EQ(emulation::counts.bytes_to_host, frames * down);

  EXPECT_EQ(colour("cpu", "cpu.mkv").frames, frames);
  const auto actual = chroma_of(folder / "cuda.mkv");
  const auto expected = chroma_of(folder / "cpu.mkv");
  ASSERT_EQ(actual.size(), expected.size());
  int largest = 0;
  for (std::size_t n = 0; n < expected.size(); ++n) {
    for (std::size_t i = 0; i < expected[n].size(); ++i) {
      ASSERT_NEAR(actual[n][i], expected[n][i], 1) << n;  // float16
      largest = std::max(largest, std::abs(expected[n][i] - 128));
    }
  }
  EXPECT_GT(largest, 20) << "or the film had no colours";
}

// A GPU that holds no picture leaves the film to the processor, and the film's sink hears of it.
TEST(CudaFilm, WarnsWhenItGoesOnWithTheProcessor) {
  const TemporaryFolder folder;
  write_file(folder / "film.y4m", small_film(3));
  const Generator generator = small_generator();
  const RecordedWarnings warnings;
  emulation::device.bytes = 1000;
  const film::FilmResult result =
      film::colourize_film(folder / "film.y4m", folder / "film.mkv", generator,
                           {.session = {.devices = {"auto"}, .render_factor = 8, .together = 1}},
                           {.progress = {}, .stop = {}, .warn = warnings.sink()});
  emulation::device = {};
  EXPECT_TRUE(result.device.starts_with("cpu")) << result.device;
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("; continuing on the device cpu")));
}

TEST(CudaFilm, WarnsOnceWhenPlanesAreMadeByTheProcessor) {
  const Generator generator = small_generator();
  const RecordedWarnings warnings;
  const session::Session session(generator, {.devices = {"cuda"}, .render_factor = 8}, warnings.sink());
  kernels::Chroma chroma{kernels::Plane(8, 8), kernels::Plane(8, 8)};
  std::array<std::uint8_t, 512> blue{};
  std::array<std::uint8_t, 512> red{};
  const kernels::SamplesShape shape{.width = 32, .height = 16, .channels = 1};
  emulation::device.bytes = 0;
  for (int picture = 0; picture < 2; ++picture) {
    session.chroma_planes(chroma, {}, {blue.data(), shape, 32}, {red.data(), shape, 32});
  }
  emulation::device = {};
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("; the processor makes the planes of chroma instead")));
  EXPECT_EQ(blue.back(), 128) << "no chroma";
}

}  // namespace
}  // namespace colourize::tests
