// Checkpoints that PyTorch itself wrote (tests/oracle/make_checkpoints.py), and hostile ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "converter/torch_checkpoint.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize::converter {
namespace {

const std::string checkpoints = tests::folder + "golden/checkpoints/";

std::string refusal(const std::string& content) {
  try {
    const auto bytes = tests::bytes_of(content);
    const OpenCheckpoint open = open_torch_checkpoint(bytes, "file");
    // What is opened must be readable to its last number.
    for (const auto& [name, shape] : open.checkpoint.shapes) {
      std::vector<float> values(element_count(shape));
      open.checkpoint.load(name, 0, values);
    }
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

class Written : public testing::TestWithParam<std::string> {};

TEST_P(Written, HoldsWhatPyTorchPutIn) {
  const std::string content = tests::read_file(checkpoints + GetParam());
  const auto bytes = tests::bytes_of(content);
  const OpenCheckpoint open = open_torch_checkpoint(bytes, GetParam());
  EXPECT_EQ(open.container, content.starts_with("PK") ? "zip" : "legacy");
  const auto expected = weights::Weights::open(checkpoints + "values.safetensors");
  // Integers and booleans are not read, but named.
  using Names = std::set<std::string>;
  const bool counters = GetParam().starts_with("bare") || GetParam().starts_with("model") ||
                        GetParam().starts_with("partial") || GetParam().starts_with("protocol");
  EXPECT_EQ(open.checkpoint.unread, counters ? Names({"counter", "mask"}) : Names());
  EXPECT_EQ(open.checkpoint.shapes.size(), expected->names().size());
  const double precision = GetParam().starts_with("half")       ? std::ldexp(1, -11)
                           : GetParam().starts_with("bfloat16") ? std::ldexp(1, -8)
                                                                : 0;
  for (const std::string& name : expected->names()) {
    ASSERT_TRUE(open.checkpoint.shapes.contains(name)) << name;
    EXPECT_EQ(open.checkpoint.shapes.at(name), expected->shape(name)) << name;
    const auto values = expected->values(name);
    std::vector<float> actual(values.size());
    open.checkpoint.load(name, 0, actual);
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(actual[i], values[i], precision * std::abs(values[i])) << name << " " << i;
    }
    // Any part of it too.
    for (std::size_t first = 0; first < values.size(); first += 5) {
      std::vector<float> part(std::min<std::size_t>(3, values.size() - first));
      open.checkpoint.load(name, static_cast<std::int64_t>(first), part);
      for (std::size_t i = 0; i < part.size(); ++i) EXPECT_EQ(part[i], actual[first + i]);
    }
  }
}

std::vector<std::string> written_files() {
  std::vector<std::string> names;
  for (const std::string& name : tests::names_in(checkpoints)) {
    if (name.ends_with(".pth")) names.push_back(name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(ByPyTorch, Written, testing::ValuesIn(written_files()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

TEST_P(Written, IsRefusedWhenCutShort) {
  const std::string whole = tests::read_file(checkpoints + GetParam());
  for (std::size_t part = 0; part < 64; ++part) {
    EXPECT_NE(refusal(whole.substr(0, whole.size() * part / 64)), "no error") << part << "/64";
  }
}

TEST_P(Written, SurvivesEveryFlippedByte) {
  std::string content = tests::read_file(checkpoints + GetParam());
  for (std::size_t i = 0; i < content.size(); i += 3) {
    const char before = content[i];
    content[i] = static_cast<char>(~before);
    refusal(content);  // an answer, whichever
    content[i] = before;
  }
}

TEST(Checkpoint, ListsWhatAPickleNamesAndCallsNothing) {
  const std::string content = tests::read_file(checkpoints + "partial-zip.pth");
  const auto bytes = tests::bytes_of(content);
  EXPECT_THAT(open_torch_checkpoint(bytes, "file").globals, testing::Contains("functools partial"));
}

// A pickle of protocol 2 around these opcodes.
std::string pickle(const std::string& opcodes) {
  return "\x80\x02" + opcodes + ".";
}

// The five pickles of a legacy file, this one its object.
std::string legacy(const std::string& object) {
  return pickle("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19") + pickle("M\xe9\x03") + pickle("}") + object +
         pickle("]");
}

// A state dict of one number and a quantised tensor, which nobody reads here: it must not be lost without a word.
TEST(Checkpoint, NamesTensorsThatItCannotRead) {
  const std::string storage =
      std::string("(U\x07storage") + "ctorch\nFloatStorage\n" + "U\x01" + "0U\x03" + "cpuK\x01tQ";
  const std::string number =
      "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + std::string("K\0", 2) + "K\x01\x85K\x01\x85tR";
  const std::string quantised = "ctorch._utils\n_rebuild_qtensor\n)R";
  std::string file =
      legacy(pickle("}(U\x01"
                    "a" +
                    number +
                    "U\x01"
                    "q" +
                    quantised + "u"));
  file.resize(file.size() - pickle("]").size());
  file += pickle(
              "](U\x01"
              "0e") +
          std::string("\x01\0\0\0\0\0\0\0\0\0\x80\x3f", 12);
  const auto bytes = tests::bytes_of(file);
  const OpenCheckpoint open = open_torch_checkpoint(bytes, "file");
  EXPECT_TRUE(open.checkpoint.shapes.contains("a"));
  EXPECT_EQ(open.checkpoint.unread, std::set<std::string>{"q"});
}

TEST(Checkpoint, RunsNoCode) {
  const tests::TemporaryFolder folder;
  const std::string victim = folder / "victim";
  const std::string command = "touch " + victim;
  const std::string argument = std::string("U") + static_cast<char>(command.size()) + command;
  for (const std::string& call : {"cposix\nsystem\n" + argument + "\x85R", "cos\nsystem\n(" + argument + "tR",
                                  "(" + argument + "ios\nsystem\n", "(cos\nsystem\n" + argument + "o",
                                  "cbuiltins\neval\n" + argument + "\x85R", "cos\nsystem\n" + argument + "\x85\x81"}) {
    EXPECT_THAT(refusal(legacy(pickle(call))), testing::HasSubstr("no state dict"));
    EXPECT_THAT(refusal(legacy(pickle("}U\x05model" + call + "s"))), testing::Not("no error"));
  }
  EXPECT_FALSE(std::filesystem::exists(victim));
}

TEST(Checkpoint, RefusesHostilePickles) {
  const auto refused = [](const std::string& opcodes) { return refusal(legacy(pickle(opcodes))); };
  EXPECT_THAT(refused(std::string(2'000'000, ']')), testing::HasSubstr("nests too deeply"));
  EXPECT_THAT(refused(std::string(2'000'000, '(')), testing::HasSubstr("nests too deeply"));
  // A list in a list in a list ...: what is built is deep, and must be taken down without recursion.
  std::string nested = "]";
  for (int i = 0; i < 900'000; ++i) nested += "\x85";
  EXPECT_THAT(refused(nested), testing::HasSubstr("no state dict"));
  EXPECT_THAT(refused("0"), testing::HasSubstr("empty stack"));
  EXPECT_THAT(refused("h\x05"), testing::HasSubstr("never remembered"));
  EXPECT_THAT(refused("Nr\xff\xff\xff\xff"), testing::HasSubstr("remembers too many"));
  EXPECT_THAT(refused("X\xff\xff\xff\x7f"), testing::HasSubstr("ends too early"));
  // A text that would end behind the pickle, though it is shorter than the whole of it.
  EXPECT_THAT(refusal(pickle(std::string(40, 'N') + "X" + std::string("\x14\0\0\0", 4))),
              testing::HasSubstr("ends too early"));
  EXPECT_THAT(refused("t"), testing::HasSubstr("lacks a mark"));
  EXPECT_THAT(refused("}(Nu"), testing::HasSubstr("without a value"));
  EXPECT_THAT(refused("\x99"), testing::HasSubstr("unknown opcode"));
  EXPECT_THAT(refusal("\x80\x09."), testing::HasSubstr("newer protocol"));
  EXPECT_THAT(refusal(pickle("K\x01")), testing::HasSubstr("not one that torch.save writes"));
}

TEST(Checkpoint, NamesLookalikes) {
  EXPECT_THAT(refusal("<html>404</html>"), testing::HasSubstr("web page"));
  EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
              testing::HasSubstr("Git LFS pointer"));
  EXPECT_THAT(refusal("PK\x03\x04 and nothing more"), testing::HasSubstr("damaged zip archive"));
  EXPECT_THAT(refusal("Dear mother"), testing::HasSubstr("not a file that torch.save writes"));
  EXPECT_THAT(refusal(""), testing::HasSubstr("not a file that torch.save writes"));
}

}  // namespace
}  // namespace colourize::converter
