// Records: the same result again, to the byte; and what stands in the way of that.
#include "apps/colourize/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "system/sha256.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using tests::Outcome;

class Records : public tests::Program {
 protected:
  void SetUp() override { copy(tests::folder + "golden/astronaut-181x133.png", "photo.png"); }

  json record(const std::string& name = "photo.colour.png.json") const {
    return json::parse(tests::read_file(folder_ / name));
  }
  void write(const json& record, const std::string& name = "photo.colour.png.json") const {
    tests::write_file(folder_ / name, record.dump());
  }
  std::string sum_of(const std::string& name) const {
    const std::string content = tests::read_file(folder_ / name);
    return sha256(std::as_bytes(std::span(content)));
  }

  // Makes a result with these options, deletes it, and makes it again.
  void expect_same_bytes(const std::string& options, const std::string& result) const {
    ASSERT_EQ(run(options + " --record").code, 0) << options;
    const std::string before = tests::read_file(folder_ / result);
    fs::remove(folder_ / result);
    const Outcome again = run("--from-record " + result + ".json");
    EXPECT_EQ(again.code, 0) << again.text;
    EXPECT_EQ(tests::read_file(folder_ / result), before) << options;
    EXPECT_NE(run(options).text.find("done before"), std::string::npos) << options;
  }
};

TEST_F(Records, MakeAResultAgain) {
  expect_same_bytes("photo.png", "photo.colour.png");
  expect_same_bytes("photo.png -o a.jpg --render-factor 10 --side-by-side", "a.jpg");
  expect_same_bytes("photo.png -o b.png --exact --precision fp32 --device reference --render-factor 8", "b.png");
  expect_same_bytes("photo.png -o c.png --no-provenance", "c.png");
#ifdef COLOURIZE_TIFF
  expect_same_bytes("photo.png -o d.tif --tiff-compression lzw", "d.tif");
#endif
  tests::write_file(folder_ / "torn.png", tests::read_file(folder_ / "photo.png").substr(0, 20'000));
  expect_same_bytes("torn.png --salvage", "torn.colour.png");
}

TEST_F(Records, SayWhatAResultSays) {
  ASSERT_EQ(run("photo.png --record --render-factor 12").code, 0);
  const json made = record();
  EXPECT_EQ(made["source"], "photo.png");
  EXPECT_EQ(made["result"], "photo.colour.png");
  EXPECT_EQ(made["result_sha256"], sum_of("photo.colour.png"));
  EXPECT_EQ(made["provenance"]["SourceSHA256"], sum_of("photo.png"));
  EXPECT_EQ(made["provenance"]["RenderFactor"], "12");
  EXPECT_EQ(made["options"]["render-factor"], 12);
  EXPECT_EQ(made["digital_source_type"],
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia");
  // Without a time, so twice the same.
  const std::string text = tests::read_file(folder_ / "photo.colour.png.json");
  ASSERT_EQ(run("photo.png --record --render-factor 12 --overwrite").code, 0);
  EXPECT_EQ(tests::read_file(folder_ / "photo.colour.png.json"), text);
}

TEST_F(Records, MoveWithTheirFolder) {
  fs::create_directories(folder_ / "old/scans");
  fs::rename(folder_ / "photo.png", folder_ / "old/scans/photo.png");
  ASSERT_EQ(run("old/scans/photo.png -o old/colour.png --record").code, 0);
  const std::string before = tests::read_file(folder_ / "old/colour.png");
  fs::rename(folder_ / "old", folder_ / "new");
  fs::remove(folder_ / "new/colour.png");
  EXPECT_EQ(run("--from-record new/colour.png.json").code, 0);
  EXPECT_EQ(tests::read_file(folder_ / "new/colour.png"), before);
  EXPECT_EQ(run("--from-record new/colour.png.json -o elsewhere.png").code, 0);
  EXPECT_EQ(tests::read_file(folder_ / "elsewhere.png"), before);
}

TEST_F(Records, WorkForNamesThatAreNoUtf8) {
  const std::string name = "a\xff\x1b.png";
  fs::rename(folder_ / "photo.png", folder_ / name);
  ASSERT_EQ(run("a* --record").code, 0);
  const std::string result = "a\xff\x1b.colour.png";
  const std::string before = tests::read_file(folder_ / result);
  fs::remove(folder_ / result);
  const Outcome again = run("--from-record *.json");
  EXPECT_EQ(again.code, 0) << again.text;
  EXPECT_EQ(tests::read_file(folder_ / result), before);
}

TEST_F(Records, RefuseWhatHasChanged) {
  ASSERT_EQ(run("photo.png --record").code, 0);
  const json made = record();
  const std::string from = "--from-record photo.colour.png.json --overwrite";
  json changed = made;
  changed["provenance"]["WeightsSHA256"] = std::string(64, '0');
  write(changed);
  expect_refusal(from, "names other weights of the generator lite");
  changed = made;
  changed["provenance"]["Generator"] = "wide";
  write(changed);
  expect_refusal(from, "names the generator wide, but its model is lite");
  changed = made;
  changed["result_sha256"] = std::string(64, '0');
  write(changed);
  EXPECT_THAT(run(from).text, HasSubstr("its bytes are not those of"));
  EXPECT_EQ(run(from).code, 1);
  write(made);
  tests::write_file(folder_ / "photo.png", tests::read_file(folder_ / "photo.png") + "x");
  expect_refusal(from, "photo.png: was changed since photo.colour.png.json was written");
  fs::remove(folder_ / "photo.png");
  expect_refusal(from, "photo.png");
}

TEST_F(Records, RefuseWhatIsNone) {
  ASSERT_EQ(run("photo.png --record").code, 0);
  fs::remove(folder_ / "photo.colour.png");
  const json made = record();
  const std::string from = "--from-record photo.colour.png.json";
  for (const std::string& text : {std::string("x"), std::string("[]"), std::string("{}"), std::string("null"),
                                  std::string(400'000, '[') + std::string(400'000, ']'), std::string(2'000'000, ' '),
                                  std::string("{\"a\":"), std::string("\xff\xfe"), std::string(1, '\0')}) {
    tests::write_file(folder_ / "photo.colour.png.json", text);
    expect_refusal(from, "photo.colour.png.json: ");
  }
  // Each member missing, and each of every other type.
  for (const json::json_pointer& part :
       {json::json_pointer(""), json::json_pointer("/provenance"), json::json_pointer("/options")}) {
    for (const auto& [key, value] : made.at(part).items()) {
      if (key == "digital_source_type") continue;  // it is not read
      json without = made;
      without.at(part).erase(key);
      write(without);
      expect_refusal(from, "photo.colour.png.json: ");
      for (const json& other : {json(1e300), json(-1), json(json::array()), json(json::object()), json("\n")}) {
        json wrong = made;
        wrong.at(part)[key] = other;
        // Any text names something; that there is no such thing is said too.
        const bool may_be = other == json("\n") && value.is_string();
        // Words for people, and what films alone look at.
        const bool unread = may_be && (key == "Program" || key == "Options" || key == "SourceBytes");
        if (unread || (other == json("\n") && (key == "preset" || key == "pixel-format"))) continue;
        write(wrong);
        const Outcome outcome = run(from);
        EXPECT_EQ(outcome.code, 1) << key << other;
        EXPECT_EQ(std::count(outcome.text.begin(), outcome.text.end(), '\n'), 1) << outcome.text;
        if (may_be) continue;
        EXPECT_THAT(outcome.text, HasSubstr("photo.colour.png.json: ")) << key << other;
      }
    }
  }
  json newer = made;
  newer["colourize_record"] = 2;
  write(newer);
  expect_refusal(from, "has a form that this version does not know");
  newer = made;
  newer["options"]["hue"] = 3;
  write(newer);
  expect_refusal(from, "has options that this version does not know");
}

// A record may not say where else to write.
TEST_F(Records, NameNoResultOutsideOfTheirFolder) {
  fs::create_directories(folder_ / "sub");
  ASSERT_EQ(run("photo.png -o sub/out.png --record").code, 0);
  fs::remove(folder_ / "sub/out.png");
  for (const std::string name : {"../out.png", "/tmp/out.png", "..", ".", "", "a/b.png"}) {
    json wrong = record("sub/out.png.json");
    wrong["result"] = name;
    write(wrong, "sub/wrong.json");
    expect_refusal("--from-record sub/wrong.json", "its result is no name of a file");
  }
  json wrong = record("sub/out.png.json");
  wrong["result"] = std::string("out.png\0", 8);
  write(wrong, "sub/wrong.json");
  expect_refusal("--from-record sub/wrong.json", "its result has a zero in it");
}

// A folder would be searched, and - be read from standard input.
TEST_F(Records, NameOneFileAsTheirSource) {
  fs::create_directories(folder_ / "sub");
  ASSERT_EQ(run("photo.png --record").code, 0);
  for (const std::string& source : {std::string("-"), std::string("sub"), std::string("."), folder_.path().string()}) {
    json wrong = record();
    wrong["source"] = source;
    write(wrong, "wrong.json");
    expect_refusal("--from-record wrong.json --overwrite", "its source is no file");
  }
}

TEST_F(Records, StandAlone) {
  ASSERT_EQ(run("photo.png --record").code, 0);
  const std::string from = "--from-record photo.colour.png.json ";
  for (const std::string wrong :
       {"photo.png", "--model lite", "--render-factor 9", "--side-by-side", "--crf 9", "--no-provenance", "-o -"}) {
    EXPECT_EQ(run(from + wrong).code, 2) << wrong;
  }
  for (const std::string right : {"--overwrite", "--threads 1 --quiet", "--json", "--record --overwrite"}) {
    EXPECT_EQ(run(from + right).code, 0) << right;
  }
  EXPECT_EQ(run("--from-record missing.json").code, 1);
}

}  // namespace
}  // namespace colourize
