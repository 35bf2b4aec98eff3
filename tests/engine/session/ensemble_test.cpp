// Several generators in one session: their mean, their memory, their failures. Run under ThreadSanitizer too.
#include <gtest/gtest.h>

#include <cmath>
#include <latch>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/photo/colourize.h"
#include "engine/photo/luma.h"
#include "engine/session/session.h"
#include "system/error.h"
#include "tests/engine/session/ramp.h"
#include "tests/support/bilinear.h"
#include "tests/support/golden.h"

namespace colourize::session {
namespace {

using kernels::Plane;

// lite gives chroma of a quarter of its side, ddcolor a and b at its side, wide colours at its side.
class EnsembleSession : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    lite() = std::make_shared<const Generator>(build_generator(weights::Weights::builtin()));
    ddcolor() = std::make_shared<const Generator>(tests::small_ddcolor());
  }
  static void TearDownTestSuite() {
    lite().reset();
    ddcolor().reset();
  }
  static std::shared_ptr<const Generator>& lite() {
    static std::shared_ptr<const Generator> generator;
    return generator;
  }
  static std::shared_ptr<const Generator>& ddcolor() {
    static std::shared_ptr<const Generator> generator;
    return generator;
  }

  static SessionOptions options(std::size_t together = 1, std::optional<std::size_t> memory = {}) {
    return {.devices = {"cpu"}, .backend = {.threads = 2}, .render_factor = 8, .together = together, .memory = memory};
  }
  static Colours colours(const Ensemble& ensemble, const photo::Photo& photo) {
    Session session(ensemble, options(), ignore_warnings);
    return session.colours(photo::luma_of(photo)).get();
  }
  static photo::Photo coloured(const Ensemble& ensemble, const photo::Photo& photo) {
    Session session(ensemble, options(), ignore_warnings);
    return photo::colourize(photo, session);
  }

  static void expect_mean(const Plane& actual, const Plane& small, float share, const Plane& large) {
    const Plane enlarged = tests::enlarged(small, large.width, large.height);
    ASSERT_EQ(actual.width, large.width);
    ASSERT_EQ(actual.height, large.height);
    for (std::size_t i = 0; i < actual.values.size(); ++i) {
      ASSERT_NEAR(actual.values[i], share * enlarged.values[i] + (1 - share) * large.values[i], 4 * 0x1p-24F) << i;
    }
  }
};

TEST_F(EnsembleSession, GivesTheMeanAtTheLargestGeneratorsSize) {
  const photo::Photo photo = ramp(50, 40, 7);
  const Colours small = colours(lite(), photo);
  const Colours large = colours(ddcolor(), photo);
  ASSERT_EQ(4 * small.chroma.blue.width, large.chroma.blue.width);
  // In whatever order they are named.
  for (const Ensemble& ensemble : {Ensemble({{lite(), 1}, {ddcolor(), 3}}), Ensemble({{ddcolor(), 3}, {lite(), 1}})}) {
    const Colours mean = colours(ensemble, photo);
    expect_mean(mean.chroma.blue, small.chroma.blue, 0.25F, large.chroma.blue);
    expect_mean(mean.chroma.red, small.chroma.red, 0.25F, large.chroma.red);
    EXPECT_EQ(mean.luma.values, large.luma.values) << "not the luma that the largest generator saw";
  }
}

// One that is an ensemble by itself changes no byte, and neither do three of the same.
TEST_F(EnsembleSession, OfOneGeneratorIsThatGenerator) {
  const photo::Photo photo = ramp(50, 40, 7);
  EXPECT_EQ(samples(coloured(Ensemble(std::vector<Member>{{lite(), 5}}), photo)), samples(coloured(lite(), photo)));
  const Colours mean = colours(Ensemble({{lite(), 1}, {lite(), 1}, {lite(), 2}}), photo);
  const Colours one = colours(lite(), photo);
  for (std::size_t i = 0; i < one.chroma.red.values.size(); ++i) {
    ASSERT_NEAR(mean.chroma.red.values[i], one.chroma.red.values[i], 4 * 0x1p-24F);
  }
}

// A faded photo: lite stretches its luma and ddcolor does not, also where both see it.
TEST_F(EnsembleSession, FeedsEachGeneratorInItsOwnWay) {
  // Of the mean's size, so that nothing is resized twice.
  photo::Photo faded = ramp(128, 128, 7);
  for (std::uint8_t& sample : std::get<photo::Raster8>(faded.pixels).samples) {
    sample = static_cast<std::uint8_t>(100 + sample / 4);
  }
  const photo::Photo a = coloured(lite(), faded);
  const photo::Photo b = coloured(ddcolor(), faded);
  const photo::Photo mean = coloured(Ensemble({{lite(), 1}, {ddcolor(), 1}}), faded);
  // Chroma is linear in the samples, where none is clamped, and each is rounded to a level.
  for (std::size_t i = 0; i < samples(mean).size(); ++i) {
    if (std::min(samples(a)[i], samples(b)[i]) == 0 || std::max(samples(a)[i], samples(b)[i]) == 255) continue;
    ASSERT_NEAR(samples(mean)[i], (samples(a)[i] + samples(b)[i]) / 2.0, 1.01) << i;
  }
}

// Where memory is short they take turns: the same bytes, in whatever parts the pictures come.
TEST_F(EnsembleSession, TakesTurnsWhereMemoryIsShort) {
  const Ensemble both({{lite(), 1}, {ddcolor(), 1}});
  std::mutex mutex;
  std::vector<std::string> warnings;
  const Warn warn = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    warnings.push_back(text);
  };
  Session together(both, options(1), ignore_warnings);
  Session in_turns(both, options(5, 1U << 20U), warn);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings.front().find("the generators lite and ddcolor need 0."), std::string::npos) << warnings.front();
  EXPECT_NE(warnings.front().find("take turns, each for up to 5 pictures"), std::string::npos) << warnings.front();
  EXPECT_EQ(in_turns.depth(), 5U);
  constexpr std::size_t count = 12;
  std::vector<photo::Photo> photos(count);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < count; i += 6) {
          photos[i] = photo::colourize(ramp(20 + static_cast<int>(i), 30, 3 + static_cast<int>(i)), in_turns);
        }
      });
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const photo::Photo expected =
        photo::colourize(ramp(20 + static_cast<int>(i), 30, 3 + static_cast<int>(i)), together);
    EXPECT_EQ(samples(photos[i]), samples(expected)) << i;
  }
  EXPECT_EQ(warnings.size(), 1U);
  EXPECT_LT(in_turns.arena_bytes(), together.arena_bytes()) << "both were in memory";
}

// A turn is of several pictures: each generator is loaded once for all of them. The worker is kept at the first picture
// until the others have come.
TEST_F(EnsembleSession, TakesATurnForSeveralPictures) {
  Session session(Ensemble({{lite(), 1}, {ddcolor(), 1}}), options(5, 1), ignore_warnings);
  std::vector<photo::Photo> photos(4, ramp(20, 20, 3));
  std::vector<std::size_t> order;  // of the pictures, at each step of a generator
  std::latch begun(1);
  std::latch all_there(1);
  const auto submit = [&](std::size_t i) {
    return session.merge(photo::luma_of(photos[i]), photo::samples_of(photos[i]), [&, i](double) {
      if (order.empty()) {
        begun.count_down();
        all_there.wait();
      }
      order.push_back(i);
    });
  };
  std::vector<std::future<void>> futures;
  futures.push_back(submit(0));
  begun.wait();
  for (std::size_t i = 1; i < photos.size(); ++i) futures.push_back(submit(i));
  all_there.count_down();
  for (auto& future : futures) future.get();
  const auto first_of_last = std::ranges::find(order, photos.size() - 1);
  const auto last_of_second = std::find(order.rbegin(), order.rend(), std::size_t{1}).base();
  EXPECT_LT(first_of_last - order.begin(), last_of_second - order.begin());
}

// A picture that cannot be coloured fails alone, whichever of a turn's it is.
TEST_F(EnsembleSession, LosesNoneOfTheOthersOfATurn) {
  for (const std::size_t failing : {std::size_t{0}, std::size_t{2}}) {
    auto session = std::make_unique<Session>(Ensemble({{lite(), 1}, {ddcolor(), 1}}), options(5, 1), ignore_warnings);
    std::vector<photo::Photo> photos(4, ramp(20, 20, 3));
    const std::vector<std::uint8_t> before = samples(photos.front());
    std::vector<std::future<void>> futures;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      futures.push_back(session->merge(photo::luma_of(photos[i]), photo::samples_of(photos[i]), [=](double) {
        if (i == failing) throw Error(ErrorKind::interrupted, "the picture", "was stopped");
      }));
    }
    for (auto& future : futures) future.wait();
    session.reset();  // ThreadSanitizer does not see that libstdc++ counts who still holds an error
    for (std::size_t i = 0; i < photos.size(); ++i) {
      if (i == failing) {
        EXPECT_THROW(futures[i].get(), Error);
      } else {
        EXPECT_NO_THROW(futures[i].get());
      }
      EXPECT_EQ(samples(photos[i]) == before, i == failing) << i << " of " << failing;
    }
  }
}

TEST_F(EnsembleSession, StaysTogetherWhereMemorySuffices) {
  const Ensemble both({{lite(), 1}, {ddcolor(), 1}});
  std::vector<std::string> warnings;
  const Session session(both, options(5, std::size_t{8} << 30U),
                        [&](const std::string& text) { warnings.push_back(text); });
  EXPECT_EQ(warnings, std::vector<std::string>{});
}

TEST_F(EnsembleSession, SaysHowFarItIs) {
  for (const std::size_t memory : {std::size_t{8} << 30U, std::size_t{1}}) {
    Session session(Ensemble({{lite(), 1}, {ddcolor(), 1}}), options(1, memory), ignore_warnings);
    std::vector<double> fractions;
    photo::Photo photo = ramp(20, 20, 3);
    session
        .merge(photo::luma_of(photo), photo::samples_of(photo), [&](double fraction) { fractions.push_back(fraction); })
        .get();
    ASSERT_GT(fractions.size(), 20U);
    EXPECT_TRUE(std::ranges::is_sorted(fractions));
    EXPECT_NEAR(fractions.back(), 1, 1e-9);
  }
}

// Whichever of them is damaged: the photo stays as it was, and the message names both.
TEST_F(EnsembleSession, RefusesColoursThatAreNotFinite) {
  const auto damaged = std::make_shared<const Generator>(tests::overflowing_builtin());
  for (const Ensemble& ensemble : {Ensemble({{damaged, 1}, {ddcolor(), 1}}), Ensemble({{lite(), 1}, {damaged, 1}}),
                                   Ensemble({{damaged, 1}, {lite(), 1}})}) {
    auto session = std::make_unique<Session>(ensemble, options(), ignore_warnings);
    photo::Photo photo = ramp(20, 20, 3);
    const std::vector<std::uint8_t> before = samples(photo);
    std::future<void> merged = session->merge(photo::luma_of(photo), photo::samples_of(photo));
    merged.wait();
    session.reset();  // as above
    try {
      merged.get();
      ADD_FAILURE() << "not refused";
    } catch (const Error& problem) {
      EXPECT_EQ(problem.kind(), ErrorKind::damaged);
      EXPECT_NE(std::string(problem.what()).find("lite and "), std::string::npos) << problem.what();
    }
    EXPECT_EQ(samples(photo), before);
  }
}

TEST_F(EnsembleSession, HasNoRawOutput) {
  Session session(Ensemble({{lite(), 1}, {ddcolor(), 1}}), options(), ignore_warnings);
  const photo::Photo photo = ramp(20, 20, 3);
  EXPECT_THROW(session.output(photo::luma_of(photo)), Error);
  EXPECT_THROW(photo::colourize_exactly(photo, session), Error);
}

TEST_F(EnsembleSession, HasOneToFourMembersWithShares) {
  const auto refuses = [](std::vector<Member> members) {
    try {
      const Ensemble ensemble(std::move(members));
      return false;
    } catch (const Error& problem) {
      return problem.kind() == ErrorKind::invalid;
    }
  };
  EXPECT_TRUE(refuses({}));
  EXPECT_TRUE(refuses(std::vector<Member>(5, Member{lite(), 1})));
  for (const float share : {0.0F, -1.0F, INFINITY, NAN}) EXPECT_TRUE(refuses({{lite(), 1}, {ddcolor(), share}}));
  const Ensemble ensemble({{lite(), 1}, {ddcolor(), 4}});
  EXPECT_EQ(ensemble.name(), "lite+ddcolor");
  EXPECT_FLOAT_EQ(ensemble.members().front().share, 0.2F);
  EXPECT_FLOAT_EQ(ensemble.members().back().share, 0.8F);
  EXPECT_EQ(ensemble.speed(), weights::Speed::slow);
  EXPECT_EQ(ensemble.default_render_factor(), 32);
  EXPECT_EQ(ensemble.weights_bytes(), lite()->weights->bytes() + ddcolor()->weights->bytes());
}

}  // namespace
}  // namespace colourize::session
