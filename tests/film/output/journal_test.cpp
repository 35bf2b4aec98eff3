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
  EXPECT_THAT(
      warnings.texts(),
      ElementsAre(journal_name_ + ": segment 1 is damaged or of another film or options; it and those after it, 2 "
                                  "in all, are thrown away and coloured again"));
  EXPECT_FALSE(fs::exists(folder_ / "film.mkv.journal/segment-000002.json"));
}

// Of whichever of the journal's files are missing, swapped or of another film: what counts is a beginning of this film.
TEST_F(JournalTest, CountsNothingOfAnotherFilm) {
  const auto fill = [&](const fs::path& target, const nlohmann::json& identity, const std::string& word) {
    Journal journal(target, identity, false, ignore_warnings);
    for (const std::size_t number : {0U, 1U, 2U}) {
      const std::string content = word + std::to_string(number);
      tests::write_file(journal.segment_path(number), content);
      Segment added;
      added.frames = {{static_cast<std::int64_t>(number), 1}};
      added.sha256 = sha256(std::as_bytes(std::span(content)));
      journal.add(added, state());
    }
  };
  const nlohmann::json other{{"film", "b"}, {"device", "cpu"}};
  fill(target_, identity_, "ours");
  fill(folder_ / "other.mkv", other, "theirs");
  const fs::path ours = folder_ / "film.mkv.journal";
  const fs::path theirs = folder_ / "other.mkv.journal";
  const fs::path kept = folder_ / "kept";
  fs::copy(ours, kept);
  const std::vector<std::string> names = tests::names_in(ours);
  ASSERT_EQ(names.size(), 10U);
  const auto count = [&] {
    try {
      const Journal journal(target_, identity_, false, ignore_warnings);
      for (std::size_t i = 0; i < journal.segments().size(); ++i) {
        EXPECT_EQ(tests::read_file(journal.segment_path(i)), "ours" + std::to_string(i));
      }
      return journal.segments().size();
    } catch (const Error& problem) {
      EXPECT_EQ(problem.kind(), ErrorKind::conflict);
      return std::size_t{99};
    }
  };
  const auto restore = [&] {
    fs::remove_all(ours);
    fs::copy(kept, ours);
  };
  // Every set of files removed, every set of them replaced by the other film's, and the latter with the rest removed.
  for (unsigned set = 0; set < 1U << names.size(); ++set) {
    for (const int kind : {0, 1, 2}) {
      restore();
      for (std::size_t i = 0; i < names.size(); ++i) {
        const bool chosen = (set >> i & 1U) != 0;
        if (chosen ? kind == 0 : kind == 2) fs::remove(ours / names[i]);
        if (chosen && kind != 0)
          fs::copy_file(theirs / names[i], ours / names[i], fs::copy_options::overwrite_existing);
      }
      SCOPED_TRACE(std::to_string(kind) + " " + std::to_string(set));
      count();
      if (HasFailure()) return;
    }
  }
  restore();
  EXPECT_EQ(count(), 3U);
  // Two of its own, one in the place of the other.
  for (const char* extension : {".nut", ".safetensors", ".json"}) {
    fs::copy_file(ours / ("segment-000002" + std::string(extension)),
                  ours / ("segment-000001" + std::string(extension)), fs::copy_options::overwrite_existing);
  }
  EXPECT_EQ(count(), 1U);
}

// What it holds is of this film by the segments' own word.
TEST_F(JournalTest, SurvivesTheLossOfItsFirstFile) {
  for (const std::string content : {"", "{", "[]"}) {
    {
      Journal journal(target_, identity_, true, ignore_warnings);
      journal.add(segment(journal, 0), state());
    }
    tests::write_file(folder_ / "film.mkv.journal/film.json", content);
    const RecordedWarnings warnings;
    EXPECT_EQ(Journal(target_, identity_, false, warnings.sink()).segments().size(), 1U);
    EXPECT_THAT(warnings.texts(), ElementsAre(testing::HasSubstr("film.json is missing or damaged")));
  }
  // Now film.json is there again.
  const RecordedWarnings warnings;
  EXPECT_EQ(Journal(target_, identity_, false, warnings.sink()).segments().size(), 1U);
  EXPECT_THAT(warnings.texts(), testing::IsEmpty());
}

TEST_F(JournalTest, SparesWhatIsNotItsOwn) {
  const fs::path note = folder_ / "film.mkv.journal/note.txt";
  {
    Journal journal(target_, identity_, false, ignore_warnings);
    journal.add(segment(journal, 0), state());
    tests::write_file(note, "of somebody else");
  }
  const RecordedWarnings warnings;
  Journal journal(target_, {{"film", "b"}}, true, warnings.sink());
  EXPECT_TRUE(fs::exists(note));
  journal.remove();
  EXPECT_EQ(tests::names_in(folder_ / "film.mkv.journal"), std::vector<std::string>{"note.txt"});
  EXPECT_THAT(warnings.texts(), ElementsAre(journal_name_ + ": has files that are not of the journal, and stays"));
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
