// What a journal counts as finished, when writing it fails on the way.
#include "film/output/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "system/error.h"
#include "system/recorded_warnings.h"
#include "system/sha256.h"
#include "tests/support/files.h"

namespace colourize::film {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class JournalTest : public testing::Test {
 protected:
  // Pictures that are in place.
  Segment segment(const Journal& journal, std::size_t number) const {
    const std::string content = "pictures " + std::to_string(number);
    tests::write_file(journal.segment_path(number), content);
    Segment result;
    result.frames = {{static_cast<std::int64_t>(number), 1}};
    result.bytes = content.size();
    result.sha256 = sha256(std::as_bytes(std::span(content)));
    return result;
  }
  static StabiliserState state() {
    StabiliserState result;
    for (kernels::Plane* plane : {&result.luma, &result.blue, &result.red, &result.weight}) {
      *plane = kernels::Plane(2, 2);
      plane->values = {1, 2, 3, 4};
    }
    return result;
  }

  tests::TemporaryFolder folder_;
  const fs::path target_ = folder_ / "film.mkv";
  const std::string journal_name_ = (folder_ / "film.mkv.journal").string();
  const nlohmann::json identity_{{"film", "a"}, {"device", "cpu"}};
};

TEST_F(JournalTest, KeepsSegmentsAndTheLastState) {
  {
    Journal journal(target_, identity_, false, ignore_warnings);
    journal.add(segment(journal, 0), {});
    journal.add(segment(journal, 1), state());
  }
  const Journal again(target_, identity_, false, ignore_warnings);
  ASSERT_EQ(again.segments().size(), 2U);
  EXPECT_EQ(again.segments()[1].frames.front().time, 1);
  EXPECT_EQ(again.stabiliser_state().weight.values, state().weight.values);
}

// With the record a segment counts, so it must not be there before what it speaks of.
TEST_F(JournalTest, CountsNoSegmentWhoseStateCouldNotBeWritten) {
  {
    Journal journal(target_, identity_, false, ignore_warnings);
    fs::create_directories(folder_ / "film.mkv.journal/segment-000000.safetensors/in-the-way");
    EXPECT_THROW(journal.add(segment(journal, 0), state()), Error);
  }
  EXPECT_FALSE(fs::exists(folder_ / "film.mkv.journal/segment-000000.json"));
}

TEST_F(JournalTest, GivesTheLockUpWhenItIsRefused) {
  { const Journal journal(target_, identity_, false, ignore_warnings); }
  EXPECT_THROW(Journal(target_, {{"film", "b"}, {"device", "cpu"}}, false, ignore_warnings), Error);
  const Journal journal(target_, identity_, false, ignore_warnings);
  EXPECT_THROW(Journal(target_, identity_, false, ignore_warnings), Error);  // this one has it
}

// A machine's GPU may be gone.
TEST_F(JournalTest, GoesOnOnAnotherDevice) {
  {
    Journal journal(target_, identity_, false, ignore_warnings);
    journal.add(segment(journal, 0), state());
  }
  const RecordedWarnings warnings;
  EXPECT_EQ(Journal(target_, {{"film", "a"}, {"device", "cuda"}}, false, warnings.sink()).segments().size(), 1U);
  EXPECT_THAT(warnings.texts(),
              ElementsAre(journal_name_ + ": was begun on the device \"cpu\" and resumes on \"cuda\": "
                                          "from there on colours differ by rounding"));
}

TEST_F(JournalTest, DropsWhatIsDamagedWithAWarning) {
  {
    Journal journal(target_, identity_, false, ignore_warnings);
    for (const std::size_t number : {0U, 1U, 2U}) journal.add(segment(journal, number), state());
    tests::write_file(journal.segment_path(1), "other pictures");
  }
  const RecordedWarnings warnings;
  EXPECT_EQ(Journal(target_, identity_, false, warnings.sink()).segments().size(), 1U);
  EXPECT_THAT(warnings.texts(),
              ElementsAre(journal_name_ + ": segment 1 is damaged; it and those after it will be coloured again"));
}

TEST_F(JournalTest, ForgetsAllWhenItIsDiscarded) {
  {
    Journal journal(target_, identity_, false, ignore_warnings);
    journal.add(segment(journal, 0), state());
  }
  EXPECT_TRUE(Journal(target_, {{"film", "b"}}, true, ignore_warnings).segments().empty());
  EXPECT_FALSE(fs::exists(folder_ / "film.mkv.journal/segment-000000.nut"));
}

}  // namespace
}  // namespace colourize::film
