// The stages of a film side by side: order, segments, failures, ends. Run under ThreadSanitizer too.
#include "film/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "engine/photo/colourize.h"
#include "film/video/colour_space.h"
#include "film/video/planes.h"
#include "kernels/bt601.h"
#include "system/error.h"
#include "tests/support/golden.h"
#include "tests/support/small_film.h"

namespace colourize::film {
namespace {

constexpr int width = tests::small_film_width;
constexpr int height = tests::small_film_height;

// Keeps what comes, or throws at a picture.
class KeepingSink : public FrameSink {
 public:
  explicit KeepingSink(std::int64_t throws_at = -1) : throws_at_(throws_at) {}

  void write(Frame frame, const Timing& timing) override {
    if (static_cast<std::int64_t>(times.size()) == throws_at_) throw Error(ErrorKind::no_disk, "sink", "is full");
    times.push_back(timing.time);
    frames.push_back(std::move(frame));
  }
  void end_segment(const StabiliserState& state, const PacketSum& /*read*/) override {
    segment_ends.push_back(times.size());
    states.push_back(state);
  }

  std::vector<std::int64_t> times;
  std::vector<Frame> frames;
  std::vector<std::size_t> segment_ends;
  std::vector<StabiliserState> states;

 private:
  std::int64_t throws_at_;
};

class PipelineTest : public testing::Test {
 protected:
  PipelineResult run(int frames, FrameSink& sink, const PipelineOptions& options = {},
                     const PipelineCallbacks& callbacks = {}, int threads = 3, double stabilise = 0.5) {
    const std::string text = tests::small_film(frames);
    Input input(std::as_bytes(std::span(text)), "film", ignore_warnings);
    Decoder decoder(input, {}, ignore_warnings);
    VideoFormat format = y4m_format(input, decoder, {.pixel_format = pixel_format_}, false, ignore_warnings);
    format.tags.space = space_;
    session::Session session(generator_,
                             {.devices = {"cpu"}, .backend = {.threads = threads}, .render_factor = 8, .together = 0},
                             ignore_warnings);
    ChromaStabiliser stabiliser(stabilise);
    if (state_) stabiliser.restore(*state_);
    return run_pipeline(decoder, session, stabiliser, sink, format, options, callbacks);
  }

  static std::vector<std::string> chroma_of(const KeepingSink& sink) {
    std::vector<std::string> result;
    for (const Frame& frame : sink.frames) {
      std::string bytes;
      for (const int plane : {1, 2}) {
        for (int y = 0; y < height / 2; ++y) {
          bytes.append(reinterpret_cast<const char*>(frame->data[plane] + y * frame->linesize[plane]), width / 2);
        }
      }
      result.push_back(bytes);
    }
    return result;
  }

  Generator generator_ = build_generator(weights::Weights::builtin());
  std::optional<StabiliserState> state_;
  AVColorSpace space_ = AVCOL_SPC_SMPTE170M;
  std::optional<std::string> pixel_format_;
};

TEST_F(PipelineTest, KeepsTheOrderAndEndsSegments) {
  KeepingSink sink;
  std::int64_t last_progress = 0;
  const PipelineResult result =
      run(100, sink, {}, {.progress = [&](const PipelineProgress& now) { last_progress = now.written; }});
  EXPECT_TRUE(result.whole);
  EXPECT_EQ(result.frames, 100);
  EXPECT_GT(last_progress, 50);
  ASSERT_EQ(sink.times.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(sink.times));
  EXPECT_EQ(sink.segment_ends, (std::vector<std::size_t>{96, 100}));
}

TEST_F(PipelineTest, GoesOnBehindASegmentAsIfNothingHadHappened) {
  KeepingSink whole;
  run(101, whole);
  KeepingSink rest;
  state_ = whole.states.front();
  const PipelineResult result = run(101, rest, {.done_before = segment_frames});
  EXPECT_EQ(result.frames, 101);
  const std::vector<std::string> all = chroma_of(whole);
  EXPECT_EQ(chroma_of(rest), std::vector<std::string>(all.begin() + segment_frames, all.end()));
  KeepingSink nothing;
  EXPECT_TRUE(run(101, nothing, {.done_before = 101}).whole);
  EXPECT_TRUE(nothing.times.empty());
}

TEST_F(PipelineTest, GivesTheSameBitsAtAnyNumberOfThreads) {
  KeepingSink one;
  run(12, one, {}, {}, 1);
  KeepingSink five;
  run(12, five, {}, {}, 5);
  EXPECT_EQ(chroma_of(one), chroma_of(five));
}

TEST_F(PipelineTest, StopsBehindTheSegment) {
  KeepingSink sink;
  const PipelineResult result = run(110, sink, {}, {.stop = [] { return true; }});
  EXPECT_FALSE(result.whole);
  EXPECT_EQ(result.frames, segment_frames);
  EXPECT_EQ(sink.segment_ends, (std::vector<std::size_t>{96}));
}

TEST_F(PipelineTest, EndsWithTheFirstFailureOfAnyStage) {
  for (const std::int64_t frame : {0, 1, 20}) {
    KeepingSink sink(frame);
    EXPECT_THROW(run(30, sink), Error);
  }
  KeepingSink sink;
  EXPECT_THROW(
      run(30, sink, {},
          {.progress =
               [](const PipelineProgress&) { throw Error(ErrorKind::interrupted, "caller", "has had enough"); }}),
      Error);
}

// Weights that are out of all bounds give no numbers, and no picture.
TEST_F(PipelineTest, HandsOnWhatTheGeneratorThrows) {
  generator_ = tests::overflowing_builtin();
  KeepingSink sink;
  EXPECT_THROW(run(10, sink), Error);
  EXPECT_TRUE(sink.times.empty());
}

// A film's picture has the colours that the same photo has: the photo's own path is the yardstick.
TEST_F(PipelineTest, ColoursAsAPhotoIsColoured) {
  KeepingSink sink;
  run(1, sink, {}, {}, 1, 0);
  photo::Raster8 grey(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto sample = static_cast<std::uint8_t>(16 + (x * 5 + y * 3) % 220);  // "mono" is full range
      std::fill_n(grey.row(y).begin() + 3 * x, 3, sample);
    }
  }
  session::Session session(generator_, {.devices = {"reference"}, .render_factor = 8}, ignore_warnings);
  const photo::Photo coloured = photo::colourize({grey, {}}, session);
  const auto& raster = std::get<photo::Raster8>(coloured.pixels);
  const AVFrame& film = *sink.frames.front();
  double largest = 0;
  for (int y = 0; y < height; y += 2) {
    for (int x = 0; x < width; x += 2) {
      // The mean of four pixels, as 4:2:0 has it; those that left the range of red, green and blue say nothing.
      double expected_blue = 0;
      double expected_red = 0;
      bool inside = true;
      for (const auto& [dx, dy] : {std::pair{0, 0}, std::pair{1, 0}, std::pair{0, 1}, std::pair{1, 1}}) {
        const auto pixel = raster.row(y + dy).subspan(3 * static_cast<std::size_t>(x + dx), 3);
        inside = inside && std::ranges::all_of(pixel, [](int value) { return value > 0 && value < 255; });
        const auto [blue, red] = kernels::bt601::chroma(
            static_cast<float>(pixel[0]) / 255, static_cast<float>(pixel[1]) / 255, static_cast<float>(pixel[2]) / 255);
        expected_blue += 255 * blue / 4;
        expected_red += 255 * red / 4;
      }
      if (!inside) continue;
      const double blue = film.data[1][y / 2 * film.linesize[1] + x / 2] - 128.0;
      const double red = film.data[2][y / 2 * film.linesize[2] + x / 2] - 128.0;
      largest = std::max({largest, std::abs(blue - expected_blue), std::abs(red - expected_red)});
    }
  }
  // Roundings to 8 bits on both sides, and between the two ways of resizing.
  EXPECT_LT(largest, 2.0);
}

// The same colours in BT.709: Cb' and Cr' of the same distances of red, green and blue from grey, by hand; 10 bits.
TEST_F(PipelineTest, GivesChromaInTheFilmsMatrix) {
  constexpr int middle = 512;
  // Vivid enough that the matrices differ by more than rounding.
  for (float& swatch : generator_.swatches) swatch *= 4;
  pixel_format_ = "yuv444p10le";
  KeepingSink sink;
  run(1, sink, {}, {}, 1, 0);
  space_ = AVCOL_SPC_BT709;
  KeepingSink other;
  run(1, other, {}, {}, 1, 0);
  const auto sample = [](const KeepingSink& from, int plane, int x, int y) {
    const AVFrame& frame = *from.frames.front();
    return reinterpret_cast<const std::uint16_t*>(frame.data[plane] + y * frame.linesize[plane])[x] - middle;
  };
  double moved = 0;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double blue = 1.772 * sample(sink, 1, x, y);
      const double red = 1.402 * sample(sink, 2, x, y);
      const double green = -(0.299 * red + 0.114 * blue) / 0.587;
      const double luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      EXPECT_NEAR(sample(other, 1, x, y), (blue - luma) / 1.8556, 1.5);
      EXPECT_NEAR(sample(other, 2, x, y), (red - luma) / 1.5748, 1.5);
      moved = std::max(moved, std::abs(luma));
    }
  }
  EXPECT_GT(moved, 6);  // or the test would see nothing
}

// By hand: a pure colour's distances from grey are the same whatever luma they are counted from.
TEST(ColourSpace, TurnsChromaFromOneMatrixToAnother) {
  const float red = 0.8F;
  const float green = 0.4F;
  const float blue = 0.3F;
  const auto [from_blue, from_red] = kernels::bt601::chroma(red, green, blue);
  for (const AVColorSpace space : {AVCOL_SPC_BT709, AVCOL_SPC_BT2020_NCL, AVCOL_SPC_SMPTE240M, AVCOL_SPC_SMPTE170M}) {
    kernels::Chroma chroma{kernels::Plane(1, 1), kernels::Plane(1, 1)};
    chroma.blue.values = {from_blue};
    chroma.red.values = {from_red};
    const Matrix matrix = matrix_of(space);
    to_matrix(matrix, chroma);
    const float luma = matrix.red * red + (1 - matrix.red - matrix.blue) * green + matrix.blue * blue;
    EXPECT_NEAR(chroma.blue.values[0], (blue - luma) / (2 * (1 - matrix.blue)), 1e-6);
    EXPECT_NEAR(chroma.red.values[0], (red - luma) / (2 * (1 - matrix.red)), 1e-6);
  }
}

TEST(ColourSpace, KnowsTheLevelsOfTheRanges) {
  EXPECT_EQ(luma_levels(AVCOL_RANGE_MPEG, 8).black, 16);
  EXPECT_EQ(luma_levels(AVCOL_RANGE_MPEG, 10).white, 940);
  EXPECT_EQ(luma_levels(AVCOL_RANGE_JPEG, 10).white, 1023);
  EXPECT_EQ(chroma_levels(AVCOL_RANGE_MPEG, 10).middle, 512);
  EXPECT_EQ(chroma_levels(AVCOL_RANGE_MPEG, 10).range, 896);
  EXPECT_EQ(chroma_levels(AVCOL_RANGE_JPEG, 8).range, 255);
}

// As players take what says nothing of itself.
TEST(ColourSpace, GuessesTagsThatAreMissing) {
  const auto tags = [](int columns, int rows, AVPixelFormat format) {
    const Frame frame = new_frame();
    frame->width = columns;
    frame->height = rows;
    frame->format = format;
    return tags_of(*frame);
  };
  EXPECT_EQ(tags(640, 480, AV_PIX_FMT_YUV420P).space, AVCOL_SPC_SMPTE170M);
  EXPECT_EQ(tags(720, 576, AV_PIX_FMT_YUV420P).space, AVCOL_SPC_BT470BG);
  EXPECT_EQ(tags(1280, 544, AV_PIX_FMT_YUV420P).space, AVCOL_SPC_BT709);
  EXPECT_EQ(tags(960, 720, AV_PIX_FMT_YUV420P).primaries, AVCOL_PRI_BT709);
  EXPECT_EQ(tags(640, 480, AV_PIX_FMT_YUV420P).range, AVCOL_RANGE_MPEG);
  EXPECT_EQ(tags(640, 480, AV_PIX_FMT_YUVJ420P).range, AVCOL_RANGE_JPEG);
  EXPECT_EQ(tags(640, 480, AV_PIX_FMT_GRAY8).range, AVCOL_RANGE_JPEG);
  EXPECT_EQ(tags(640, 480, AV_PIX_FMT_RGB24).range, AVCOL_RANGE_MPEG);
}

// By hand: a limited range has four times the steps in 10 bits, a full one goes from 0 to 1023.
TEST(Planes, KeepLumaAtOtherDepths) {
  const auto frame_of = [](AVPixelFormat format, const std::vector<int>& row) {
    Frame frame = new_frame();
    frame->width = static_cast<int>(row.size());
    frame->height = 1;
    frame->format = format;
    EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
    for (std::size_t x = 0; x < row.size(); ++x) {
      if (format == AV_PIX_FMT_GRAY8) {
        frame->data[0][x] = static_cast<std::uint8_t>(row[x]);
      } else {
        reinterpret_cast<std::uint16_t*>(frame->data[0])[x] = static_cast<std::uint16_t>(row[x]);
      }
    }
    return frame;
  };
  const auto nothing = [](const kernels::ChromaLevels&, const kernels::Samples&, const kernels::Samples&) {};
  const auto luma_in_10_bits = [&](const std::vector<int>& row, const OutputFrames& output) {
    const Frame frame = coloured_frame(*frame_of(AV_PIX_FMT_GRAY8, row), output, nothing);
    const auto* luma = reinterpret_cast<const std::uint16_t*>(frame->data[0]);
    return std::vector<int>(luma, luma + frame->width);
  };
  OutputFrames output{.format = AV_PIX_FMT_YUV444P10, .range = AVCOL_RANGE_MPEG};
  EXPECT_EQ(luma_in_10_bits({16, 200, 235}, output), (std::vector<int>{64, 800, 940}));
  output.range = AVCOL_RANGE_JPEG;
  EXPECT_EQ(luma_in_10_bits({0, 200, 255}, output), (std::vector<int>{0, 803, 1023}));
  output.side_by_side = true;
  EXPECT_EQ(luma_in_10_bits({0, 255}, output), (std::vector<int>{0, 1023, 0, 1023}));

  const Frame frame = coloured_frame(*frame_of(AV_PIX_FMT_GRAY10, {0, 3, 803, 1023}),
                                     {.format = AV_PIX_FMT_YUV444P, .range = AVCOL_RANGE_JPEG}, nothing);
  EXPECT_EQ(std::vector<int>(frame->data[0], frame->data[0] + 4), (std::vector<int>{0, 0, 200, 255}));
}

}  // namespace
}  // namespace colourize::film
