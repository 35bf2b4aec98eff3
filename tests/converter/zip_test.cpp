// Checkpoints in zip archives that contradict themselves: each gets a sentence that names the cause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "converter/torch_checkpoint.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/hostile_zip.h"
#include "tests/support/torch_pickle.h"

namespace colourize::converter {
namespace {

using testing::HasSubstr;
using tests::zip_archive;
using tests::ZipPart;

// 0, 1, 2, ... as the bytes of floats.
std::string floats(std::size_t count, float first) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const float value = first + static_cast<float>(i);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));  // NOLINT: a number's bytes
  }
  return bytes;
}

// A checkpoint of the tensors a (2 x 3: 0, 1, ...) and b (4: 100, 101, ...): its pickle and its storages.
std::vector<ZipPart> sound() {
  const std::string pickle = tests::pickle_state_dict(
      {{.name = "a", .shape = {2, 3}, .storage = "0"}, {.name = "b", .shape = {4}, .storage = "1"}},
      /*wrapped=*/false, /*legacy=*/false);
  return {{.name = "archive/data.pkl", .content = pickle},
          {.name = "archive/data/0", .content = floats(6, 0)},
          {.name = "archive/data/1", .content = floats(4, 100)}};
}

// The tensors' values one after another, or the sentence with which the archive is refused.
std::string answer(const std::string& archive) {
  const auto bytes = tests::bytes_of(archive);
  try {
    const OpenCheckpoint open = open_torch_checkpoint(bytes, "file");
    std::string text;
    for (const auto& [name, shape] : open.checkpoint.shapes) {
      std::vector<float> values(element_count(shape));
      open.checkpoint.load(name, 0, values);
      for (const float value : values) text += std::to_string(static_cast<int>(value)) + " ";
    }
    return text;
  } catch (const Error& error) {
    return error.what();
  }
}

std::string answer(const std::vector<ZipPart>& parts) {
  return answer(zip_archive(parts));
}

const std::string sound_values = "0 1 2 3 4 5 100 101 102 103 ";

TEST(Zip, IsReadWhenSound) {
  EXPECT_EQ(answer(sound()), sound_values);
}

TEST(Zip, MayNotHavePartsThatOverlap) {
  auto parts = sound();
  const std::uint64_t storage_0 = tests::local_part(parts[0]).size();
  // Two names for one place.
  parts[2] = {.name = "archive/data/2", .content = parts[1].content, .offset = storage_0};
  EXPECT_THAT(answer(parts), HasSubstr("its parts overlap"));

  // A part within another, at its end.
  parts = sound();
  const std::string inner = tests::local_part(parts[2]);
  parts[1].content += inner;
  parts[2].offset = storage_0 + tests::local_part(parts[1]).size() - inner.size();
  EXPECT_THAT(answer(parts), HasSubstr("its parts overlap"));

  // Large parts within one another, of more bytes than the file has.
  parts = sound();
  for (const char name : std::string("3456789")) {
    parts.push_back({.name = std::string("archive/data/") + name, .content = parts[1].content, .offset = storage_0});
  }
  EXPECT_THAT(answer(parts), HasSubstr("its parts overlap"));
}

TEST(Zip, MayNotStateSizesBeyondTheFile) {
  constexpr std::uint64_t four_gigabytes = std::uint64_t{1} << 32U;
  for (const std::uint64_t size :
       {std::uint64_t{4000}, four_gigabytes - 2, four_gigabytes - 1, four_gigabytes, std::uint64_t{1} << 63U,
        std::numeric_limits<std::uint64_t>::max() - 20, std::numeric_limits<std::uint64_t>::max()}) {
    auto parts = sound();
    parts[1].size = size;
    parts[1].flags = 8;  // as torch's: the part's own header has no size that could contradict
    EXPECT_THAT(answer(parts), HasSubstr("archive/data/0 is longer than the file")) << size;
  }
}

TEST(Zip, MayNotHaveStoragesSmallerThanTheirTensors) {
  auto parts = sound();
  parts[1].content.pop_back();
  EXPECT_THAT(answer(parts), HasSubstr("'a' of 2 x 3 lies outside its storage of 5 numbers"));
  parts[1].content.clear();
  EXPECT_THAT(answer(parts), HasSubstr("'a' of 2 x 3 lies outside its storage of 0 numbers"));
  parts.erase(parts.begin() + 1);
  EXPECT_THAT(answer(parts), HasSubstr("'a' of 2 x 3 lies outside its storage of 0 numbers"));
}

TEST(Zip, MayNotBeCompressedOrEncrypted) {
  auto parts = sound();
  // One block of deflate that is sound, and holds the bytes as they are.
  parts[1].content = std::string("\x01\x18\x00\xe7\xff", 5) + parts[1].content;
  parts[1].method = 8;
  EXPECT_THAT(answer(parts), HasSubstr("compressed parts"));
  parts = sound();
  parts[1].flags = 1;
  EXPECT_THAT(answer(parts), HasSubstr("encrypted parts"));
}

TEST(Zip, MayNotHaveTwoPartsOfOneName) {
  auto parts = sound();
  parts[2].name = parts[1].name;
  EXPECT_THAT(answer(parts), HasSubstr("two parts named archive/data/0"));
  parts[1].content.clear();
  EXPECT_THAT(answer(parts), HasSubstr("two parts named archive/data/0"));
}

TEST(Zip, MayNotHaveEndlessNames) {
  auto parts = sound();
  parts[1].name += std::string(600, '0');
  EXPECT_THAT(answer(parts), HasSubstr("name of a part is too long"));
}

TEST(Zip, MayNotContradictItsDirectory) {
  constexpr auto words = "where its directory says that archive/data/0 lies";
  for (const std::uint64_t offset :
       {std::uint64_t{5}, std::uint64_t{1'000'000}, std::uint64_t{0xFFFF'FFFE},
        std::numeric_limits<std::uint64_t>::max() - 20, std::numeric_limits<std::uint64_t>::max()}) {
    auto parts = sound();
    parts[1].offset = offset;
    EXPECT_THAT(answer(parts), HasSubstr(words)) << offset;
  }
  auto parts = sound();
  parts[1].local_method = 8;
  EXPECT_THAT(answer(parts), HasSubstr(words));
  parts = sound();
  parts[1].local_size = 20;
  EXPECT_THAT(answer(parts), HasSubstr(words));
  parts = sound();
  parts[1].local_name = "archive/data/longer";
  EXPECT_THAT(answer(parts), HasSubstr(words));
  // Another name there misplaces nothing: the directory's is the one that counts.
  parts = sound();
  parts[1].local_name = "archive/data/9";
  EXPECT_EQ(answer(parts), sound_values);
}

TEST(Zip, MustHaveAPickle) {
  auto parts = sound();
  parts[0].name = "archive/data.bin";
  EXPECT_THAT(answer(parts), HasSubstr("no data.pkl"));
  parts = sound();
  parts[0].content.clear();
  EXPECT_THAT(answer(parts), HasSubstr("ends too early"));
  parts = sound();
  parts[0].size = 20;
  parts[0].flags = 8;
  EXPECT_THAT(answer(parts), HasSubstr("ends too early"));
}

TEST(Zip, MayNotHaveADirectoryThatIsElsewhere) {
  const std::string archive = zip_archive(sound());
  constexpr std::size_t end_record = 22;
  for (const std::size_t field : {10U, 12U, 16U}) {  // the number of parts, the directory's size and place
    std::string broken = archive;
    broken.replace(broken.size() - end_record + field, 2, "\xff\xff");
    EXPECT_THAT(answer(broken), HasSubstr("directory")) << field;
  }
}

}  // namespace
}  // namespace colourize::converter
