// From a checkpoint with its own names to weights that the engine runs.
#include "converter/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converter/originals.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/recipe.h"

namespace colourize::converter {
namespace {

using tests::write_checkpoint;

Checkpoint small_checkpoint(const weights::Weights& golden) {
  return tests::recipe_checkpoint("deep", tests::folder + "oracle/deep-resnet18.keys.tsv", golden);
}

double largest_error(const std::filesystem::path& weights_file, const weights::Weights& golden) {
  return tests::largest_error(build_generator(weights::Weights::open(weights_file)), golden, 48);
}

TEST(Convert, GivesPyTorchsNumbers) {
  const tests::TemporaryFolder folder;
  const auto golden = tests::golden("deep-resnet18");
  write_checkpoint(small_checkpoint(*golden), folder / "original.safetensors");
  const Conversion result =
      convert(folder / "original.safetensors", folder / "weights.safetensors", {.version = "test"});
  EXPECT_EQ(result.generator, "deep");
  EXPECT_EQ(result.sha256.size(), 64U);
  EXPECT_LE(largest_error(folder / "weights.safetensors", *golden), 3.4e-5);
  const auto weights = weights::Weights::open(folder / "weights.safetensors");
  EXPECT_EQ(weights->metadata("generator"), "deep");
  EXPECT_EQ(weights->metadata("source_sha256"), result.sha256);
  EXPECT_EQ(weights->metadata("source_file"), "original.safetensors");

  convert(folder / "original.safetensors", folder / "half.safetensors", {.half = true});
  EXPECT_LT(std::filesystem::file_size(folder / "half.safetensors"),
            std::filesystem::file_size(folder / "weights.safetensors") * 51 / 100);
  // Weights of 11 bits, through some twenty layers.
  EXPECT_LE(largest_error(folder / "half.safetensors", *golden), 0.05);
}

// The sentence with which a checkpoint is refused whose tensor `name` holds nothing but `value`.
std::string refusal_of(const std::string& name, float value, bool half) {
  const tests::TemporaryFolder folder;
  const auto golden = tests::golden("deep-resnet18");
  Checkpoint checkpoint = small_checkpoint(*golden);
  checkpoint.load = [load = checkpoint.load, name, value](const std::string& asked, std::int64_t first,
                                                          std::span<float> to) {
    load(asked, first, to);
    if (asked == name) std::ranges::fill(to, value);
  };
  write_checkpoint(checkpoint, folder / "original.safetensors");
  try {
    convert(folder / "original.safetensors", folder / "weights.safetensors", {.half = half});
  } catch (const Error& error) {
    EXPECT_EQ(tests::names_in(folder.path()), std::vector<std::string>{"original.safetensors"});
    return error.what();
  }
  return "no error";
}

TEST(Convert, RefusesWhatGivesNoNumbers) {
  EXPECT_THAT(refusal_of("layers.1.running_var", -1, /*half=*/false),
              testing::HasSubstr("gives NaN or infinity for 'layers.1.bias'"));
  EXPECT_EQ(refusal_of("layers.1.bias", 1e6F, /*half=*/false), "no error");
  EXPECT_THAT(refusal_of("layers.1.bias", 1e6F, /*half=*/true),
              testing::HasSubstr("gives NaN or infinity for 'layers.1.bias'"));
}

std::string refusal(const Checkpoint& checkpoint) {
  try {
    recognise(checkpoint);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Recognition, NamesWhatIsMissingUnexpectedOrMisshapen) {
  const auto golden = tests::golden("deep-resnet18");
  const Checkpoint sound = small_checkpoint(*golden);
  EXPECT_EQ(recognise(sound).model.name, "deep");
  Checkpoint broken = sound;
  broken.shapes.erase("layers.5.bn.running_mean");
  EXPECT_THAT(refusal(broken), testing::HasSubstr("lacks layers.5.bn.running_mean"));
  broken = sound;
  broken.shapes["layers.12.weight"] = {3};
  EXPECT_THAT(refusal(broken), testing::HasSubstr("has unexpected layers.12.weight"));
  broken = sound;
  broken.shapes["layers.3.1.0.weight_orig"] = {512, 7, 3, 3};
  EXPECT_THAT(refusal(broken), testing::HasSubstr("misshapen layers.3.1.0.weight_orig (512 x 7 x 3 x 3 where"));
  broken.shapes.clear();
  EXPECT_THAT(refusal(broken), testing::HasSubstr("is not a known DeOldify or DDColor generator"));
}

TEST(Recognition, KnowsEveryEncoder) {
  for (const char* name :
       {"wide", "deep", "deep-resnet18", "wide-resnet18", "deep-resnet50", "deep-resnet101", "wide-resnet152"}) {
    const std::string kind = std::string(name).substr(0, 4);
    const auto golden = tests::golden(name);
    const auto checkpoint = tests::recipe_checkpoint(kind, tests::folder + "oracle/" + name + ".keys.tsv", *golden);
    EXPECT_EQ(recognise(checkpoint).model.name, kind) << name;
  }
}

TEST(Convert, LeavesNothingWhenItFails) {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "a.pth", "Dear mother");
  EXPECT_THROW(convert(folder / "a.pth", folder / "b.safetensors"), Error);
  EXPECT_EQ(tests::names_in(folder.path()), std::vector<std::string>{"a.pth"});
}

}  // namespace
}  // namespace colourize::converter
