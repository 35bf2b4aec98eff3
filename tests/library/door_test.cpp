// The library's door: what it says of errors, what its callbacks may do, and that several threads may stand in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <thread>
#include <vector>

#include "colourize/colourize.hpp"
#include "engine/photo/encode.h"
#include "system/warnings.h"
#include "tests/library/small_options.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize {
namespace {

using testing::HasSubstr;
using tests::small_options;
namespace fs = std::filesystem;

photo::Photo ramp(int width, int height) {
  photo::Raster8 raster(width, height, 3);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    raster.samples[i] = static_cast<std::uint8_t>(40 + i / 3 * 7 % 180);
  }
  return {std::move(raster), {}};
}

class Door : public testing::Test {
 protected:
  void SetUp() override { photo::write(ramp(40, 30), source_, ignore_warnings); }

  colourize_status photo(const fs::path& source, const fs::path& target,
                         const colourize_photo_options* options = nullptr) {
    return colourize_photo(session_.get(), source.c_str(), target.c_str(), options);
  }
  // What the call ended with: its status is the error's, whose sentence is made of its parts.
  static colourize_status checked(colourize_status status) {
    const colourize_error& error = *colourize_last_error();
    if (status == COLOURIZE_OK) return status;
    EXPECT_EQ(error.status, status);
    EXPECT_THAT(error.message, HasSubstr(error.happened));
    EXPECT_THAT(error.message, HasSubstr(error.subject));
    EXPECT_THAT(error.message, HasSubstr(error.remedy));
    EXPECT_STRNE(error.happened, "");
    return status;
  }

  tests::TemporaryFolder folder_;
  fs::path source_ = folder_ / "grey.png";
  Session session_{Model(), small_options()};
};

TEST_F(Door, HasAVersionAndNamesForItsStatuses) {
  EXPECT_EQ(version(), COLOURIZE_VERSION);
  EXPECT_STREQ(colourize_status_name(COLOURIZE_OK), "ok");
  EXPECT_STREQ(colourize_status_name(COLOURIZE_FAILED), "failed");
  EXPECT_STREQ(colourize_status_name(static_cast<colourize_status>(15)), "unknown");
}

TEST_F(Door, ListsDevicesAndModels) {
  const std::vector<Device> all = devices();
  const auto named = [](const auto& list, const char* name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& entry) { return entry.name == name; });
  };
  EXPECT_TRUE(named(all, "cpu"));
  EXPECT_TRUE(named(all, "reference"));
  // What is usable opens; what is not is refused.
  for (const Device& device : all) {
    SessionOptions options = small_options();
    options.devices = device.name;
    if (device.usable) {
      EXPECT_THAT(Session(Model(), options).devices(), testing::StartsWith(device.name));
    } else {
      EXPECT_THROW(Session(Model(), options), Failure) << device.name;
    }
  }
  const std::vector<ModelInfo> known = models(folder_ / "models");
  ASSERT_FALSE(known.empty());
  EXPECT_EQ(known.front().state, "built in");
  EXPECT_EQ(Model(known.front().name).generator(), known.front().generator);
  EXPECT_TRUE(named(known, "stable"));
  fs::create_directory(folder_ / "models");
  std::ofstream(folder_ / "models/stable.safetensors") << "no weights";
  for (const ModelInfo& model : models(folder_ / "models")) {
    if (model.name == "stable") {
      EXPECT_EQ(model.state, "installed");
      EXPECT_EQ(model.generator, "damaged");
      EXPECT_EQ(model.path, folder_ / "models/stable.safetensors");
    }
  }
}

TEST_F(Door, SaysEachKindOfError) {
  const fs::path target = folder_ / "colour.png";
  EXPECT_EQ(checked(photo(folder_ / "none.png", target)), COLOURIZE_NOT_FOUND);
  EXPECT_THAT(colourize_last_error()->subject, HasSubstr("none.png"));

  std::ofstream(folder_ / "odd.png") << "GIF89a, not a picture that we read";
  EXPECT_EQ(checked(photo(folder_ / "odd.png", target)), COLOURIZE_UNSUPPORTED);
  EXPECT_EQ(checked(photo(source_, folder_ / "colour.xyz")), COLOURIZE_UNSUPPORTED);

  const std::string whole = tests::read_file(source_);
  std::ofstream(folder_ / "header.png", std::ios::binary) << whole.substr(0, 20);
  EXPECT_EQ(checked(photo(folder_ / "header.png", target)), COLOURIZE_DAMAGED);
  photo::write(ramp(400, 300), folder_ / "large.jpg", ignore_warnings);
  const std::string large = tests::read_file(folder_ / "large.jpg");
  std::ofstream(folder_ / "half.jpg", std::ios::binary) << large.substr(0, large.size() * 3 / 4);
  EXPECT_EQ(checked(photo(folder_ / "half.jpg", target)), COLOURIZE_INCOMPLETE);

  colourize_photo_options options;
  colourize_photo_options_init(&options, sizeof(options));
  options.max_megapixels = 1;
  photo::write(ramp(1200, 900), folder_ / "megapixels.png", ignore_warnings);
  EXPECT_EQ(checked(photo(folder_ / "megapixels.png", target, &options)), COLOURIZE_TOO_LARGE);
  options.max_megapixels = 0;
  EXPECT_EQ(checked(photo(source_, target, &options)), COLOURIZE_INVALID);
  colourize_photo_options_init(&options, sizeof(options));
  options.tiff_compression = static_cast<colourize_tiff_compression>(3);
  EXPECT_EQ(checked(photo(source_, target, &options)), COLOURIZE_INVALID);
  EXPECT_EQ(checked(photo(source_, source_)), COLOURIZE_INVALID);
  EXPECT_EQ(tests::read_file(source_), whole) << "the source was touched";

  EXPECT_EQ(checked(photo(source_, folder_ / "no folder/colour.png")), COLOURIZE_NOT_FOUND);
  std::ofstream(folder_ / "file") << "in the way";
  EXPECT_NE(checked(photo(source_, folder_ / "file/colour.png")), COLOURIZE_OK);
  EXPECT_FALSE(fs::exists(target));
  EXPECT_EQ(checked(photo(source_, target)), COLOURIZE_OK);
  EXPECT_TRUE(fs::exists(target));
}

// Zero, which is what a program of an older header passes, means that the target states what it is.
TEST_F(Door, StateHowAPhotoWasMade) {
  const fs::path target = folder_ / "colour.png";
  const std::string type = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
  colourize_photo_options options;
  colourize_photo_options_init(&options, sizeof(options));
  options.side_by_side = 1;
  ASSERT_EQ(checked(photo(source_, target, &options)), COLOURIZE_OK);
  const std::string stated = tests::read_file(target);
  EXPECT_NE(stated.find(type), std::string::npos);
  EXPECT_NE(stated.find("colourize:Program=\"colourize " COLOURIZE_VERSION "\""), std::string::npos);
  EXPECT_NE(stated.find("colourize:Options=\"side by side\""), std::string::npos);
  options.no_provenance = 1;
  ASSERT_EQ(checked(photo(source_, target, &options)), COLOURIZE_OK);
  EXPECT_EQ(tests::read_file(target).find(type), std::string::npos);
  EXPECT_EQ(tests::read_file(target).find("colourize:"), std::string::npos);
}

#ifdef COLOURIZE_TIFF
TEST_F(Door, WriteTiffsInTheCompressionThatIsChosen) {
  std::map<colourize_tiff_compression, std::uintmax_t> sizes;
  for (const auto compression : {COLOURIZE_TIFF_DEFLATE, COLOURIZE_TIFF_LZW, COLOURIZE_TIFF_NONE}) {
    colourize_photo_options options;
    colourize_photo_options_init(&options, sizeof(options));
    EXPECT_EQ(options.tiff_compression, COLOURIZE_TIFF_DEFLATE);
    options.tiff_compression = compression;
    const fs::path target = folder_ / "colour.tif";
    ASSERT_EQ(photo(source_, target, &options), COLOURIZE_OK);
    sizes[compression] = fs::file_size(target);
  }
  EXPECT_GT(sizes[COLOURIZE_TIFF_NONE], 40U * 30 * 3);
  EXPECT_LT(sizes[COLOURIZE_TIFF_DEFLATE], sizes[COLOURIZE_TIFF_NONE]);
  EXPECT_NE(sizes[COLOURIZE_TIFF_LZW], sizes[COLOURIZE_TIFF_NONE]);
  EXPECT_NE(sizes[COLOURIZE_TIFF_LZW], sizes[COLOURIZE_TIFF_DEFLATE]);
}
#endif

TEST_F(Door, SaysWhatIsWrongWithASessionsOptions) {
  const auto status = [](const auto& change) {
    colourize_session_options options;
    colourize_session_options_init(&options, sizeof(options));
    change(options);
    colourize_session* session = nullptr;
    const colourize_status result = checked(colourize_session_open(nullptr, &options, &session));
    EXPECT_EQ(session == nullptr, result != COLOURIZE_OK);
    colourize_session_close(session);
    return result;
  };
  using O = colourize_session_options&;
  EXPECT_EQ(status([](O options) { options.devices = "cpu"; }), COLOURIZE_OK);
  EXPECT_EQ(status([](O options) { options.devices = ""; }), COLOURIZE_INVALID);
  EXPECT_NE(status([](O options) { options.devices = "abacus"; }), COLOURIZE_OK);
  EXPECT_EQ(status([](O options) { options.precision = "fp8"; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](O options) { options.threads = -1; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](O options) { options.together = -1; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](O options) { options.render_factor = 7; }), COLOURIZE_INVALID);
  EXPECT_EQ(status([](O options) { options.size = 0; }), COLOURIZE_INVALID);
  EXPECT_EQ(checked(colourize_session_open(nullptr, nullptr, nullptr)), COLOURIZE_INVALID);
  colourize_model* model = nullptr;
  EXPECT_EQ(checked(colourize_model_open("no such model", nullptr, &model)), COLOURIZE_NOT_FOUND);
  EXPECT_EQ(model, nullptr);
  colourize_model_close(nullptr);
  colourize_session_close(nullptr);
}

// A program of an older header passes fewer members, one of a newer header more.
TEST_F(Door, TakesTheStructuresOfOtherVersions) {
  colourize_session_options options;
  std::memset(&options, 0xee, sizeof(options));
  const std::size_t older = offsetof(colourize_session_options, together);
  colourize_session_options_init(&options, older);
  EXPECT_EQ(options.size, older);
  EXPECT_EQ(options.together, static_cast<int>(0xeeeeeeee)) << "more was written than there was room for";
  colourize_session* session = nullptr;
  EXPECT_EQ(colourize_session_open(nullptr, &options, &session), COLOURIZE_OK) << colourize_last_error()->message;
  colourize_session_close(session);

  struct Newer {
    colourize_photo_options known;
    int tomorrow;
  } newer;
  colourize_photo_options_init(&newer.known, sizeof(newer));
  EXPECT_EQ(newer.known.size, sizeof(newer));
  EXPECT_EQ(newer.tomorrow, 0);
  EXPECT_EQ(checked(photo(source_, folder_ / "colour.png", &newer.known)), COLOURIZE_OK);
  newer.tomorrow = 1;
  EXPECT_EQ(checked(photo(source_, folder_ / "colour.png", &newer.known)), COLOURIZE_INVALID)
      << "what this library does not know was ignored";
}

TEST_F(Door, StopsWhereACallbackSaysSo) {
  std::vector<double> seen;
  PhotoOptions options;
  options.progress = [&](double fraction) {
    seen.push_back(fraction);
    return seen.size() < 3;
  };
  const fs::path target = folder_ / "colour.png";
  try {
    session_.photo(source_, target, options);
    FAIL() << "it went on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), COLOURIZE_INTERRUPTED) << failure.what();
  }
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_FALSE(fs::exists(target));
  // What it throws comes out at the other side.
  options.progress = [](double) -> bool { throw std::out_of_range("mine"); };
  EXPECT_THROW(session_.photo(source_, target, options), std::out_of_range);
  // The session is as good as before.
  session_.photo(source_, target);
  EXPECT_TRUE(fs::exists(target));
}

TEST_F(Door, TellsTheLogWhatItWorkedAround) {
  std::vector<std::string> log;
  SessionOptions options = small_options();
  options.log = [&](std::string_view message) { log.emplace_back(message); };
  Session session(Model(), options);
  photo::write(ramp(400, 300), folder_ / "large.jpg", ignore_warnings);
  const std::string whole = tests::read_file(folder_ / "large.jpg");
  std::ofstream(folder_ / "half.jpg", std::ios::binary) << whole.substr(0, whole.size() * 3 / 4);
  PhotoOptions salvage;
  salvage.salvage = true;
  session.photo(folder_ / "half.jpg", folder_ / "colour.png", salvage);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_THAT(log.front(), HasSubstr("half.jpg"));
}

// Two sessions of one model, each used by two threads at once, while others come and go: each picture has the bytes
// that it gets alone.
TEST_F(Door, LetsManyThreadsIn) {
  const Model model;
  SessionOptions many = small_options();
  const auto colour = [](Session& session, int i) {
    photo::Photo photo = ramp(30 + i, 20);
    auto& samples = std::get<photo::Raster8>(photo.pixels).samples;
    session.colour({samples.data(), 30 + i, 20, 3}, {samples.data(), 30 + i, 20, 3});
    return samples;
  };
  constexpr int pictures = 4;
  std::array<std::vector<std::uint8_t>, pictures> expected;
  for (int i = 0; i < pictures; ++i) expected.at(static_cast<std::size_t>(i)) = colour(session_, i);
  std::array<Session, 2> sessions{Session(model, many), Session(model, many)};
  std::atomic<int> interrupted = 0;
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < pictures; ++i) {
        EXPECT_EQ(colour(sessions.at(t % 2), i), expected.at(static_cast<std::size_t>(i)));
      }
      Session own(model, small_options());
      EXPECT_EQ(colour(own, 0), expected[0]);
      // One that stops costs no other one.
      std::vector<std::uint8_t> samples(300, 90);
      try {
        sessions.at(t % 2).colour({samples.data(), 10, 10, 3}, {samples.data(), 10, 10, 3},
                                  [](double) { return false; });
      } catch (const Failure& failure) {
        if (failure.status() == COLOURIZE_INTERRUPTED) ++interrupted;
      }
      // Errors are the thread's own.
      EXPECT_EQ(colourize_session_open(nullptr, nullptr, nullptr), COLOURIZE_INVALID);
      EXPECT_EQ(colourize_last_error()->status, COLOURIZE_INVALID);
    });
  }
  threads.clear();
  EXPECT_EQ(interrupted, 4);
}

}  // namespace
}  // namespace colourize
