// Pictures through a session, from several threads, on several workers and devices. Run under ThreadSanitizer too.
#include "engine/session/session.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "engine/photo/colourize.h"
#include "engine/photo/host_steps.h"
#include "engine/photo/luma.h"
#include "engine/session/bounded_queue.h"
#include "system/error.h"
#include "tests/engine/session/ramp.h"
#include "tests/support/golden.h"

namespace colourize::session {
namespace {

class SessionTest : public testing::Test {
 protected:
  SessionOptions options(std::vector<std::string> devices, int threads, std::size_t together) const {
    return {.devices = std::move(devices), .backend = {.threads = threads}, .render_factor = 8, .together = together};
  }

  Generator generator_ = build_generator(weights::Weights::builtin());
};

TEST_F(SessionTest, HasAWorkerAThreadWhereManyPicturesComeAndOneForOne) {
  EXPECT_EQ(Session(generator_, options({"cpu"}, 3, 1), ignore_warnings).depth(), 1U);
  EXPECT_EQ(Session(generator_, options({"cpu"}, 3, 0), ignore_warnings).depth(), 3U);
  EXPECT_EQ(Session(generator_, options({"cpu", "reference"}, 2, 5), ignore_warnings).depth(), 4U);
  EXPECT_EQ(Session(generator_, options({"reference", "reference"}, 1, 1), ignore_warnings).devices(),
            "reference,reference");
}

// Sixteen pictures of several sizes from four threads: each has the bytes that it gets alone.
TEST_F(SessionTest, GivesTheSameBytesWhoeverComputesAndWhateverElseIsComputed) {
  Session alone(generator_, options({"cpu"}, 2, 1), ignore_warnings);
  for (const auto& devices : {std::vector<std::string>{"cpu"}, std::vector<std::string>{"cpu", "cpu"}}) {
    Session session(generator_, options(devices, 2, 0), ignore_warnings);
    std::array<photo::Photo, 16> coloured;
    {
      std::vector<std::jthread> threads;
      for (std::size_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
          for (std::size_t i = t; i < coloured.size(); i += 4) {
            const auto n = static_cast<int>(i);
            coloured.at(i) = photo::colourize(ramp(30 + n % 3, 20 + n, n + 1), session);
          }
        });
      }
    }
    for (std::size_t i = 0; i < coloured.size(); ++i) {
      const auto n = static_cast<int>(i);
      const photo::Photo expected = photo::colourize(ramp(30 + n % 3, 20 + n, n + 1), alone);
      EXPECT_EQ(samples(coloured.at(i)), samples(expected)) << i;
    }
  }
}

TEST_F(SessionTest, SaysHowFarItIs) {
  Session session(generator_, options({"cpu"}, 2, 1), ignore_warnings);
  std::vector<double> fractions;
  const photo::Photo photo = ramp(20, 20, 3);
  session.output(photo::luma_of(photo), [&](double fraction) { fractions.push_back(fraction); }).get();
  ASSERT_GT(fractions.size(), 10U);
  EXPECT_TRUE(std::ranges::is_sorted(fractions));
  EXPECT_NEAR(fractions.back(), 1, 1e-9);
}

// Upright, the generator sees the picture turned, and so is what it gives back.
TEST_F(SessionTest, TurnsAPictureUpright) {
  Session session(generator_, options({"cpu"}, 1, 1), ignore_warnings);
  const photo::Photo photo = ramp(24, 24, 7);
  const photo::Raster8& lying = std::get<photo::Raster8>(photo.pixels);
  for (int turns = 1; turns < 4; ++turns) {
    photo::Raster8 raster = lying;
    for (int turn = 0; turn < turns; ++turn) {
      photo::Raster8 next(24, 24, 3);
      for (int y = 0; y < 24; ++y) {
        for (int x = 0; x < 24; ++x) {
          for (int c = 0; c < 3; ++c) {
            next.row(x)[static_cast<std::size_t>(3 * (23 - y) + c)] =
                raster.row(y)[static_cast<std::size_t>(3 * x + c)];
          }
        }
      }
      raster = next;
    }
    const photo::Photo upright{raster, {}};
    Luma luma = photo::luma_of(photo);
    luma.quarter_turns = turns;
    const Colours turned = session.colours(luma).get();
    const Colours expected = session.colours(photo::luma_of(upright)).get();
    // Its axes are resized in the other order where it lies on its side.
    for (std::size_t i = 0; i < expected.luma.values.size(); ++i) {
      ASSERT_NEAR(turned.luma.values[i], expected.luma.values[i], 1e-4) << turns;
    }
    for (std::size_t i = 0; i < expected.chroma.red.values.size(); ++i) {
      ASSERT_NEAR(turned.chroma.red.values[i], expected.chroma.red.values[i], 1e-4) << turns;
      ASSERT_NEAR(turned.chroma.blue.values[i], expected.chroma.blue.values[i], 1e-4) << turns;
    }
  }
}

// Weights that are out of all bounds: each picture is refused by itself, and the photo stays as it was.
TEST_F(SessionTest, RefusesColoursThatAreNotFinite) {
  const Generator damaged = tests::overflowing_builtin();
  Session session(damaged, options({"cpu"}, 2, 0), ignore_warnings);
  photo::Photo photo = ramp(20, 20, 3);
  const std::vector<std::uint8_t> before = samples(photo);
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(session.merge(photo::luma_of(photo), photo::samples_of(photo)).get(), Error);
    EXPECT_THROW(session.output(photo::luma_of(photo)).get(), Error);
    EXPECT_THROW(session.colours(photo::luma_of(photo)).get(), Error);
  }
  EXPECT_EQ(samples(photo), before);
}

TEST_F(SessionTest, GivesUpWhatIsNotBegunWhenItEnds) {
  const photo::Photo photo = ramp(20, 20, 3);
  std::vector<std::future<Colours>> futures;
  {
    Session session(generator_, options({"cpu"}, 1, 0), ignore_warnings);
    for (int i = 0; i < 3; ++i) futures.push_back(session.colours(photo::luma_of(photo)));
  }
  std::size_t given_up = 0;
  for (auto& future : futures) {
    try {
      future.get();
    } catch (const std::future_error&) {
      ++given_up;
    }
  }
  EXPECT_GE(given_up, 1U);
}

TEST_F(SessionTest, RefusesDevicesAndRenderFactorsThatThereAreNot) {
  EXPECT_THROW(Session(generator_, options({"cpu", "abacus"}, 1, 1), ignore_warnings), Error);
  EXPECT_THROW(Session(generator_, {.devices = {"cpu"}, .render_factor = 7}, ignore_warnings), Error);
}

TEST(BoundedQueueTest, HandsOverInOrderAndHoldsBack) {
  BoundedQueue<int> queue(3);
  std::atomic<int> pushed = 0;
  std::jthread maker([&] {
    for (int i = 0; i < 1000 && queue.push(i); ++i) ++pushed;
    queue.end();
  });
  for (int i = 0; i < 1000; ++i) {
    EXPECT_LE(pushed.load(), i + 4);
    ASSERT_EQ(queue.pop(), i);
  }
  EXPECT_FALSE(queue.pop().has_value());
  EXPECT_FALSE(queue.pop_if_any().has_value());
}

TEST(BoundedQueueTest, LetsEverybodyGoWhenItIsCancelled) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.push(1));
  std::jthread waiting_to_push([&] { EXPECT_FALSE(queue.push(2)); });
  BoundedQueue<int> empty(1);
  std::jthread waiting_to_pop([&] { EXPECT_FALSE(empty.pop().has_value()); });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  queue.cancel();
  empty.cancel();
}

}  // namespace
}  // namespace colourize::session
