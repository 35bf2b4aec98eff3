// From a generator's output to samples by the CUDA kernels, as they stand, on the CPU, against the reference: every
// kind of samples, every kind of generator, the second picture of a batch. And all steps as a session takes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "engine/photo/colourize.h"
#include "engine/photo/luma.h"
#include "system/recorded_warnings.h"
#include "tests/emulation/picture_batch.h"
#include "tests/emulation/picture_run.h"
#include "tests/emulation/runtime.h"

namespace colourize::tests {
namespace {

using kernels::Colours;
using kernels::SamplesShape;
using kernels::Type;

// Samples that were off by nothing, and by one level. Where a value lies at the middle between two levels, rounding in
// float32 may take either.
struct Agreement {
  std::size_t equal = 0;
  std::size_t near = 0;
  std::size_t all = 0;

  void add(const std::vector<int>& actual, const std::vector<int>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      equal += actual[i] == expected[i] ? 1 : 0;
      near += std::abs(actual[i] - expected[i]) <= 1 ? 1 : 0;
    }
    all += actual.size();
  }
  void expect_good() const {
    constexpr double equal_part = 0.999;
    EXPECT_EQ(near, all) << "exceeds one level";
    EXPECT_GE(static_cast<double>(equal), equal_part * static_cast<double>(all)) << "exceeds what rounding explains";
  }
};

struct Merged {
  Rows rows;
  bool finite = false;
};
Merged merged_by(kernels::Backend& backend, const Rows& photo, const kernels::PictureChromaArgs& args) {
  Merged result{Rows(photo.shape())};
  kernels::PictureOperations& operations = backend.pictures();
  const auto resize = prepare(operations, static_cast<int>(args.output.shape.w), static_cast<int>(args.output.shape.h),
                              photo.shape().width, photo.shape().height);
  const auto picture = operations.picture();
  operations.upload(*picture, photo.view());
  operations.chroma(*picture, args);
  result.finite = operations.merge(*picture, *resize, result.rows.view());
  return result;
}
Merged merged(const Rows& photo, const Batch& batch, std::int64_t n) {
  const OnDevice given(batch);
  Merged result{Rows(photo.shape())};
  on_recorded_device(given.memory(), [&](kernels::Backend& backend, emulation::Recording&) {
    result = merged_by(backend, photo, given.args(n));
  });
  return result;
}
Merged merged_by_the_host(const Rows& photo, const Batch& batch, std::int64_t n) {
  const auto host = open_device("reference", {.threads = 1}, ignore_warnings);
  return merged_by(*host, photo, args_on_the_host(batch, n));
}

// Of lab too: the emulated device has the processor's own pow and cbrt, and no compiler here fuses multiplications with
// additions, so the search of kernels/cielab.h takes the host's steps. What differs is what differs for other kinds.
TEST(CudaPictureMerge, IsThatOfTheHost) {
  Agreement agreement_8;
  Agreement agreement_16;
  for (const Colours kind : {Colours::rgb, Colours::chroma, Colours::lab}) {
    for (const int bytes : {1, 2}) {
      for (const int channels : {3, 4}) {
        for (const auto& [width, height] : {std::pair(37, 23), std::pair(1, 1), std::pair(50, 3), std::pair(4, 61)}) {
          const Type type = (width + channels) % 2 == 0 ? Type::float16 : Type::float32;
          const Rows photo = Rows::noise({width, height, channels, bytes});
          const testing::ScopedTrace trace(__FILE__, __LINE__, std::to_string(width) + " " + std::to_string(channels));
          const Batch batch = batch_of(kind, type, 2, 9, 14);
          const Merged actual = merged(photo, batch, second);
          EXPECT_TRUE(actual.finite);
          EXPECT_TRUE(actual.rows.gaps_are_untouched());
          const Merged expected = merged_by_the_host(photo, batch, second);
          EXPECT_TRUE(expected.finite);
          (bytes == 1 ? agreement_8 : agreement_16).add(actual.rows.samples(), expected.rows.samples());
        }
      }
    }
  }
  agreement_8.expect_good();
  agreement_16.expect_good();
}

TEST(CudaPictureMerge, LeavesAlphaAsItIs) {
  const Rows photo = Rows::noise({19, 7, 4, 2});
  const Merged actual = merged(photo, batch_of(Colours::rgb, Type::float16, 1, 8, 8), 0);
  const std::vector<int> before = photo.samples();
  const std::vector<int> after = actual.rows.samples();
  for (std::size_t i = 3; i < before.size(); i += 4) EXPECT_EQ(after[i], before[i]);
}

// Anywhere in the picture, and only there.
TEST(CudaPictureMerge, RefusesWhatIsNotFinite) {
  const Rows photo = Rows::noise({5, 4, 3, 1});
  for (const Colours kind : {Colours::rgb, Colours::chroma, Colours::lab}) {
    for (const float flaw : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
      for (const std::int64_t y : {0, 6}) {
        Batch batch = batch_of(kind, Type::float16, 2, 7, 11);
        batch.colours.at(second, y, y == 0 ? 0 : 10, y == 0 ? 0 : 1) = flaw;
        const Merged refused = merged(photo, batch, second);
        EXPECT_FALSE(refused.finite) << "exceeds what a float holds, and nobody noticed";
        EXPECT_TRUE(refused.rows.is_untouched());
        EXPECT_TRUE(merged(photo, batch, 0).finite);
      }
    }
  }
}

// On the host they are as the device is to leave them.
TEST(CudaPictureMerge, IsOfAFilmWhatItReads) {
  for (const Colours kind : {Colours::rgb, Colours::chroma, Colours::lab}) {
    const Batch batch = batch_of(kind, Type::float16, 2, 7, 11);
    const OnDevice given(batch);
    const auto host = open_device("reference", {.threads = 1}, ignore_warnings);
    const auto expected_picture = host->pictures().picture();
    host->pictures().chroma(*expected_picture, args_on_the_host(batch, second));
    const kernels::Chroma expected = host->pictures().read_chroma(*expected_picture).value();
    on_recorded_device(given.memory(), [&](kernels::Backend& backend, emulation::Recording&) {
      const auto picture = backend.pictures().picture();
      backend.pictures().chroma(*picture, given.args(second));
      const kernels::Chroma chroma = backend.pictures().read_chroma(*picture).value();
      for (std::size_t i = 0; i < expected.blue.values.size(); ++i) {
        ASSERT_NEAR(chroma.blue.values[i], expected.blue.values[i], 8 * 0x1p-24F);
        ASSERT_NEAR(chroma.red.values[i], expected.red.values[i], 8 * 0x1p-24F);
      }
    });
  }
}

TEST(CudaPictureMerge, ReadsNothingThatIsNotFinite) {
  for (const Colours kind : {Colours::chroma, Colours::lab}) {
    Batch batch = batch_of(kind, Type::float16, 1, 7, 11);
    batch.colours.at(0, 6, 10, 1) = std::numeric_limits<float>::infinity();
    const OnDevice given(batch);
    on_recorded_device(given.memory(), [&](kernels::Backend& backend, emulation::Recording&) {
      const auto picture = backend.pictures().picture();
      backend.pictures().chroma(*picture, given.args(0));
      EXPECT_FALSE(backend.pictures().read_chroma(*picture).has_value());
    });
  }
}

struct Planes {
  int width = 0;
  int height = 0;
  int bytes = 1;
  kernels::ChromaLevels levels;
};

// Of chroma of 9 x 16: 4:4:4, 4:2:2, 4:2:0 of a picture of 36 x 22; one pixel; and levels that many samples lie beyond.
TEST(CudaPicturePlanes, AreThoseOfTheHost) {
  Agreement agreement;
  for (const Planes& planes :
       {Planes{36, 22, 1, {128, 255, 255}}, Planes{18, 22, 1, {128, 224, 255}}, Planes{18, 11, 2, {512, 896, 1023}},
        Planes{1, 1, 2, {512, 1023, 1023}}, Planes{7, 31, 1, {128, 900, 240}}, Planes{7, 31, 2, {512, 4000, 1023}}}) {
    kernels::Chroma chroma{kernels::Plane(9, 16), kernels::Plane(9, 16)};
    std::normal_distribution<float> normal(0, 0.15F);
    for (kernels::Plane* plane : {&chroma.blue, &chroma.red}) {
      for (float& value : plane->values) value = normal(numbers);
    }
    const SamplesShape shape{planes.width, planes.height, 1, planes.bytes};
    Rows expected_blue(shape);
    Rows expected_red(shape);
    open_device("reference", {.threads = 1}, ignore_warnings)
        ->pictures()
        .chroma_planes(chroma, planes.levels, expected_blue.view(), expected_red.view());
    Rows blue(shape);
    Rows red(shape);
    on_recorded_device({}, [&](kernels::Backend& backend, emulation::Recording& recording) {
      // Again, with what was prepared for the first.
      for (int i = 0; i < 2; ++i) backend.pictures().chroma_planes(chroma, planes.levels, blue.view(), red.view());
      for (const emulation::AccessCost& cost : recording.costs()) {
        if (cost.write && cost.where.starts_with("picture_merge.cu")) {
          EXPECT_EQ(cost.sectors, cost.fewest_sectors) << cost.where;
        }
      }
    });
    EXPECT_TRUE(blue.gaps_are_untouched() && red.gaps_are_untouched());
    agreement.add(blue.samples(), expected_blue.samples());
    agreement.add(red.samples(), expected_red.samples());
  }
  agreement.expect_good();
}

photo::Photo noise(const SamplesShape& shape) {
  photo::Raster8 raster(shape.width, shape.height, shape.channels);
  for (std::uint8_t& sample : raster.samples) sample = static_cast<std::uint8_t>(numbers() >> 24U);
  return {std::move(raster), {}};
}

// As a session takes the steps: one photo after another, of other sizes, in memory that is used again, against the
// processor's session. What float16 makes of the generator is a level or two.
TEST(CudaSession, ColoursOnePhotoAfterAnother) {
  const Generator generator = build_generator(weights::Weights::builtin());
  emulation::setting = {};
  session::Session on_cuda(generator, {.devices = {"cuda"}, .render_factor = 8}, ignore_warnings);
  session::Session on_cpu(generator, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings);
  for (const SamplesShape& shape : {SamplesShape{33, 20, 3, 1}, SamplesShape{33, 20, 4, 1}, SamplesShape{70, 41, 3, 1},
                                    SamplesShape{33, 20, 3, 1}}) {
    const photo::Photo given = noise(shape);
    const photo::Photo actual = photo::colourize(given, on_cuda);
    const photo::Photo expected = photo::colourize(given, on_cpu);
    const auto& a = std::get<photo::Raster8>(actual.pixels).samples;
    const auto& b = std::get<photo::Raster8>(expected.pixels).samples;
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_LE(std::abs(a[i] - b[i]), 2) << i;
  }
}

// A device that holds two pictures' activations and not four: the session takes two at once from then on, and each
// picture gets its colours.
TEST(CudaSession, TakesFewerPicturesAtOnceWhereMemoryIsShort) {
  const Generator generator = build_generator(weights::Weights::builtin());
  emulation::setting = {};
  const auto free_bytes = [] { return open_device("cuda", {.threads = 1}, ignore_warnings)->free_bytes().value(); };
  const std::vector<photo::Photo> given(3, noise({40, 30, 3, 1}));
  // A plan is for four, however many there are.
  const auto colour = [&](session::Session& session) {
    std::vector<photo::Photo> photos = given;
    std::vector<std::future<void>> futures;
    for (photo::Photo& photo : photos) {
      futures.push_back(session.merge(photo::luma_of(photo), photo::samples_of(photo)));
    }
    for (auto& future : futures) future.get();
    return photos;
  };
  std::vector<photo::Photo> expected;
  std::size_t four = 0;
  {
    // With no memory for a second worker.
    session::Session session(generator, {.devices = {"cuda"}, .render_factor = 8, .together = 4, .memory = 0},
                             ignore_warnings);
    EXPECT_EQ(session.depth(), 4U);
    expected = colour(session);
    four = emulation::device.bytes - free_bytes();
  }
  std::size_t one = 0;
  {
    session::Session session(generator, {.devices = {"cuda"}, .render_factor = 8, .together = 1}, ignore_warnings);
    photo::colourize(given.front(), session);
    one = emulation::device.bytes - free_bytes();
  }
  const RecordedWarnings warnings;
  emulation::device.bytes = one + (four - one) * 2 / 3;
  {
    session::Session session(generator, {.devices = {"cuda"}, .render_factor = 8, .together = 4}, warnings.sink());
    const std::vector<photo::Photo> actual = colour(session);
    for (std::size_t i = 0; i < actual.size(); ++i) {
      const auto& a = std::get<photo::Raster8>(actual[i].pixels).samples;
      const auto& b = std::get<photo::Raster8>(expected[i].pixels).samples;
      for (std::size_t s = 0; s < a.size(); ++s) ASSERT_LE(std::abs(a[s] - b[s]), 1) << i;
    }
    EXPECT_EQ(session.device(), "cuda");
  }
  emulation::device = {};
  EXPECT_THAT(warnings.texts(), testing::ElementsAre(testing::AllOf(testing::StartsWith("4 pictures at once: "),
                                                                    testing::EndsWith("; trying 2"))));
}

// Two workers on one device, for many pictures: each picture gets the bytes that one worker gives it.
TEST(CudaSession, KeepsTwoWorkersOnADeviceWithRoom) {
  const Generator generator = build_generator(weights::Weights::builtin());
  emulation::setting = {};
  const auto colour = [&](std::optional<std::size_t> memory, std::size_t depth) {
    session::Session session(
        generator,
        {.devices = {"cuda"}, .backend = {.threads = 1}, .render_factor = 8, .together = 2, .memory = memory},
        ignore_warnings);
    EXPECT_EQ(session.depth(), depth);
    EXPECT_EQ(session.devices(), "cuda");
    std::vector<photo::Photo> photos;
    for (const int width : {40, 33, 70}) photos.push_back(noise({width, 30, 3, 1}));
    std::vector<std::future<void>> futures;
    for (photo::Photo& photo : photos) {
      futures.push_back(session.merge(photo::luma_of(photo), photo::samples_of(photo)));
    }
    std::vector<std::vector<std::uint8_t>> coloured;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      futures[i].get();
      coloured.push_back(std::get<photo::Raster8>(photos[i].pixels).samples);
    }
    return coloured;
  };
  numbers.seed();
  const auto by_one = colour(0, 2);
  numbers.seed();
  EXPECT_EQ(colour({}, 4), by_one);
}

TEST(CudaSession, MovesNothingButSamples) {
  const Generator generator = build_generator(weights::Weights::builtin());
  emulation::setting = {};
  session::Session session(generator, {.devices = {"cuda"}, .backend = {.threads = 1}, .render_factor = 8},
                           ignore_warnings);
  const SamplesShape shape{40, 30, 3, 1};
  const photo::Photo photo = noise(shape);
  const photo::Photo first = photo::colourize(photo, session);
  emulation::counts = {};
  const photo::Photo second_time = photo::colourize(photo, session);
  EXPECT_EQ(std::get<photo::Raster8>(first.pixels).samples, std::get<photo::Raster8>(second_time.pixels).samples);
  EXPECT_EQ(emulation::counts.bytes_to_device, shape.all_bytes());
  // And a byte for 32 pixels of the output, which is a quarter of 128 pixels wide and high.
  EXPECT_EQ(emulation::counts.bytes_to_host, shape.all_bytes() + 32 * 32 / 32);
}

}  // namespace
}  // namespace colourize::tests
