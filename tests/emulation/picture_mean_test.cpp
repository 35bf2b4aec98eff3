// The mean chroma of several generators by the CUDA kernels, as they stand, on the CPU, against the reference; and a
// session with several generators on the emulated device.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <vector>

#include "engine/photo/colourize.h"
#include "system/recorded_warnings.h"
#include "tests/emulation/picture_batch.h"
#include "tests/emulation/runtime.h"
#include "tests/support/golden.h"

namespace colourize::tests {
namespace {

using kernels::Colours;
using kernels::Type;

constexpr int width = 17;
constexpr int height = 11;
constexpr float share = 0.3F;

// Two members: the first one's chroma is smaller than the mean, the second one's is not.
struct Members {
  Batch small;
  Batch large;
};
Members members(Colours kind) {
  return {batch_of(kind, Type::float16, 2, 5, 9), batch_of(Colours::lab, Type::float32, 2, height, width)};
}

std::optional<kernels::Chroma> mean_by(kernels::Backend& backend, kernels::PictureMemory& picture,
                                       const std::vector<kernels::PictureChromaArgs>& members) {
  kernels::PictureOperations& operations = backend.pictures();
  // A device may use them until the chroma is read.
  std::vector<std::unique_ptr<kernels::PreparedResize>> resizes;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const kernels::Shape& shape = members[i].output.shape;
    resizes.push_back(prepare(operations, static_cast<int>(shape.w), static_cast<int>(shape.h), width, height));
    operations.chroma(picture, members[i]);
    operations.mean_chroma(picture, {.resize = resizes.back().get(),
                                     .share = i == 0 ? share : 1 - share,
                                     .first = i == 0,
                                     .last = i + 1 == members.size()});
  }
  return operations.read_chroma(picture);
}

TEST(CudaPictureMean, IsThatOfTheHost) {
  for (const Colours kind : {Colours::rgb, Colours::chroma, Colours::lab}) {
    const Members both = members(kind);
    const OnDevice small(both.small);
    const OnDevice large(both.large);
    const auto host = open_device("reference", {.threads = 1}, ignore_warnings);
    const auto expected_picture = host->pictures().picture();
    const kernels::Chroma expected =
        mean_by(*host, *expected_picture, {args_on_the_host(both.small, second), args_on_the_host(both.large, second)})
            .value();
    std::vector<std::span<const std::byte>> memory = small.memory();
    std::ranges::copy(large.memory(), std::back_inserter(memory));
    on_recorded_device(memory, [&](kernels::Backend& backend, emulation::Recording& recording) {
      const auto picture = backend.pictures().picture();
      // The second time, the picture's memory holds a mean.
      for (int time = 0; time < 2; ++time) {
        const auto actual = mean_by(backend, *picture, {small.args(second), large.args(second)});
        ASSERT_TRUE(actual.has_value());
        ASSERT_EQ(actual->blue.values.size(), expected.blue.values.size());
        // Two resizes of a chroma below 1 and two sums, in float32.
        for (std::size_t i = 0; i < expected.blue.values.size(); ++i) {
          EXPECT_NEAR(actual->blue.values[i], expected.blue.values[i], 16 * 0x1p-24F) << "exceeds rounding " << i;
          EXPECT_NEAR(actual->red.values[i], expected.red.values[i], 16 * 0x1p-24F) << "exceeds rounding " << i;
        }
      }
      for (const emulation::AccessCost& cost : recording.costs()) {
        if (cost.write && cost.where.starts_with("picture_chroma.cu")) {
          EXPECT_EQ(cost.sectors, cost.fewest_sectors) << cost.where;
        }
      }
    });
  }
}

// In whichever member, at whichever end.
TEST(CudaPictureMean, RefusesWhatIsNotFinite) {
  for (const Colours kind : {Colours::rgb, Colours::chroma, Colours::lab}) {
    for (const bool in_the_large : {false, true}) {
      for (const bool at_the_end : {false, true}) {
        Members both = members(kind);
        Tensor& flawed = in_the_large ? both.large.colours : both.small.colours;
        (at_the_end ? flawed.values().back() : flawed.values()[flawed.values().size() / 2]) =
            std::numeric_limits<float>::quiet_NaN();
        const OnDevice small(both.small);
        const OnDevice large(both.large);
        std::vector<std::span<const std::byte>> memory = small.memory();
        std::ranges::copy(large.memory(), std::back_inserter(memory));
        on_recorded_device(memory, [&](kernels::Backend& backend, emulation::Recording&) {
          const auto picture = backend.pictures().picture();
          EXPECT_FALSE(mean_by(backend, *picture, {small.args(second), large.args(second)}).has_value())
              << "nobody noticed";
          EXPECT_TRUE(mean_by(backend, *picture, {small.args(0), large.args(0)}).has_value());
        });
      }
    }
  }
}

class CudaEnsemble : public testing::Test {
 protected:
  CudaEnsemble() { emulation::setting = {}; }
  ~CudaEnsemble() override { emulation::device = {}; }
  CudaEnsemble(const CudaEnsemble&) = delete;
  CudaEnsemble& operator=(const CudaEnsemble&) = delete;

  static photo::Photo noise(int columns, int rows) {
    photo::Raster8 raster(columns, rows, 3);
    for (std::uint8_t& sample : raster.samples) sample = static_cast<std::uint8_t>(numbers() >> 24U);
    return {std::move(raster), {}};
  }
  static const std::vector<std::uint8_t>& samples(const photo::Photo& photo) {
    return std::get<photo::Raster8>(photo.pixels).samples;
  }

  // lite, and another with its colours turned and shrunk, so that a mean differs from each of them.
  std::shared_ptr<const Generator> lite_ =
      std::make_shared<const Generator>(build_generator(weights::Weights::builtin()));
  std::shared_ptr<const Generator> other_ =
      std::make_shared<const Generator>(changed_builtin([](std::map<std::string, weights::FloatTensor>& tensors) {
        for (float& value : tensors.at("swatches").values) value *= -0.5F;
      }));
  Ensemble both_{{{lite_, 1}, {other_, 3}}};
};

TEST_F(CudaEnsemble, ColoursAsTheProcessorDoes) {
  session::Session on_cuda(both_, {.devices = {"cuda"}, .render_factor = 8}, ignore_warnings);
  session::Session on_cpu(both_, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings);
  session::Session alone(lite_, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings);
  bool differs = false;
  for (const auto& [columns, rows] : {std::pair(33, 20), std::pair(70, 41), std::pair(33, 20)}) {
    const photo::Photo given = noise(columns, rows);
    const auto actual = samples(photo::colourize(given, on_cuda));
    const auto expected = samples(photo::colourize(given, on_cpu));
    const auto one = samples(photo::colourize(given, alone));
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_LE(std::abs(actual[i] - expected[i]), 2) << i;
      differs = differs || std::abs(expected[i] - one[i]) > 10;
    }
  }
  EXPECT_TRUE(differs) << "the mean was lite's own";
}

// A device that holds one of them, and not both, gives the same bytes: whether the plans say so before, or the device
// when it is too late.
TEST_F(CudaEnsemble, TakesTurnsOnADeviceThatHoldsOne) {
  const photo::Photo given = noise(40, 30);
  const auto free_bytes = [] { return open_device("cuda", {.threads = 1}, ignore_warnings)->free_bytes().value(); };
  const auto used_by = [&](const Ensemble& ensemble, std::vector<std::uint8_t>& coloured) {
    session::Session session(ensemble, {.devices = {"cuda"}, .render_factor = 8}, ignore_warnings);
    coloured = samples(photo::colourize(given, session));
    return emulation::device.bytes - free_bytes();
  };
  std::vector<std::uint8_t> of_one;
  std::vector<std::uint8_t> expected;
  const std::size_t one = used_by(lite_, of_one);
  const std::size_t both = used_by(both_, expected);
  ASSERT_GT(both, one * 3 / 2);
  for (const std::optional<std::size_t> memory : {std::optional<std::size_t>(), std::optional(std::size_t{8} << 30U)}) {
    const RecordedWarnings warnings;
    emulation::device.bytes = (one + both) / 2;
    session::Session session(both_, {.devices = {"cuda"}, .render_factor = 8, .memory = memory}, warnings.sink());
    EXPECT_EQ(samples(photo::colourize(given, session)), expected);
    EXPECT_EQ(session.device(), "cuda");
    EXPECT_THAT(warnings.texts(), testing::ElementsAre(testing::HasSubstr("the generators lite and lite")));
    emulation::device = {};
  }
}

// One that holds neither leaves them to the processor.
TEST_F(CudaEnsemble, GoesOnWithTheProcessorWhereNeitherFits) {
  emulation::device.bytes = 1000;
  const RecordedWarnings warnings;
  session::Session session(both_, {.devices = {"auto"}, .render_factor = 8}, warnings.sink());
  session::Session on_cpu(both_, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings);
  const photo::Photo given = noise(40, 30);
  EXPECT_EQ(samples(photo::colourize(given, session)), samples(photo::colourize(given, on_cpu)));
  EXPECT_TRUE(session.device().starts_with("cpu")) << session.device();
  EXPECT_THAT(warnings.texts().back(), testing::HasSubstr("continuing on the device cpu"));
}

}  // namespace
}  // namespace colourize::tests
