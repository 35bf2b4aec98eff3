// DDColor's checkpoints: what is missing, extra, misshapen, damaged or cut gets a sentence that names it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "converter/convert.h"
#include "converter/originals.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "tests/support/recipe.h"

namespace colourize::converter {
namespace {

using testing::HasSubstr;

class DDColorCheckpoint : public testing::Test {
 protected:
  static std::string refusal(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
  static std::string refusal(const Checkpoint& checkpoint) {
    return refusal([&] { recognise(checkpoint); });
  }

  tests::TemporaryFolder folder_;
  std::shared_ptr<const weights::Weights> golden_ = tests::golden("ddcolor-small");
  Checkpoint sound_ = tests::recipe_checkpoint("ddcolor", tests::folder + "oracle/ddcolor-small.keys.tsv", *golden_);
};

TEST_F(DDColorCheckpoint, IsRecognisedInEverySize) {
  for (const std::string name : {"ddcolor-small", "ddcolor-tiny", "ddcolor-large"}) {
    const auto golden = tests::golden(name);
    const auto checkpoint = tests::recipe_checkpoint(name, tests::folder + "oracle/" + name + ".keys.tsv", *golden);
    EXPECT_EQ(recognise(checkpoint).model.name, "ddcolor") << name;
  }
}

TEST_F(DDColorCheckpoint, IsRefusedWithoutAnyOfItsTensors) {
  for (const auto& [name, shape] : sound_.shapes) {
    Checkpoint broken = sound_;
    broken.shapes.erase(name);
    if (name == weights::models::ddcolor.original_mark) {
      EXPECT_THAT(refusal(broken), HasSubstr("is not a known DeOldify or DDColor generator"));
      continue;
    }
    // The rest of a layer or a stage may then count as unexpected; the sentence names the first.
    EXPECT_THAT(refusal(broken), testing::AnyOf(HasSubstr("lacks "), HasSubstr("has unexpected "))) << name;
  }
}

TEST_F(DDColorCheckpoint, IsRefusedWhereATensorHasAnotherShape) {
  for (const auto& [name, shape] : sound_.shapes) {
    Checkpoint broken = sound_;
    weights::Dimensions& changed = broken.shapes[name];
    changed.back() += 1;
    EXPECT_THAT(refusal(broken), HasSubstr("misshapen")) << name;
  }
}

TEST_F(DDColorCheckpoint, IsRefusedWithATensorThatNoRuleReads) {
  for (const char* extra : {"decoder.layers.3.bn.weight", "encoder.arch.head.weight", "refine_net.0.0.weight",
                            "decoder.color_decoder.transformer_ffn_layers.9.linear1.bias"}) {
    Checkpoint broken = sound_;
    broken.shapes[extra] = {3};
    EXPECT_THAT(refusal(broken), HasSubstr(std::string("has unexpected ") + extra));
  }
}

TEST_F(DDColorCheckpoint, IsConvertedFromItsOwnNames) {
  tests::write_checkpoint(sound_, folder_ / "own.safetensors");
  const Conversion result = convert(folder_ / "own.safetensors", folder_ / "weights.safetensors", {.version = "test"});
  EXPECT_EQ(result.generator, "ddcolor");
  const Generator generator = build_generator(weights::Weights::open(folder_ / "weights.safetensors"));
  EXPECT_EQ(generator.name, "ddcolor");
  EXPECT_EQ(generator.graph.channels(generator.graph.output()), 2);
}

TEST_F(DDColorCheckpoint, IsRefusedWithNumbersThatAreNotFinite) {
  for (const char* name : {"encoder.arch.stages.1.0.gamma", "decoder.color_decoder.level_embed.weight", "std",
                           "decoder.layers.1.conv.2.running_var", "refine_net.0.0.weight_v"}) {
    Checkpoint broken = sound_;
    broken.load = [load = sound_.load, name](const std::string& asked, std::int64_t first, std::span<float> to) {
      load(asked, first, to);
      if (asked == name && first == 0) to[0] = std::numeric_limits<float>::quiet_NaN();
    };
    tests::write_checkpoint(broken, folder_ / "nan.safetensors");
    EXPECT_THAT(refusal([&] { convert(folder_ / "nan.safetensors", folder_ / "b.safetensors"); }),
                HasSubstr("NaN or infinity"))
        << name;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "b.safetensors")) << name;
  }
}

TEST_F(DDColorCheckpoint, IsRefusedWhenItIsCut) {
  tests::write_checkpoint(sound_, folder_ / "cut.safetensors");
  const auto bytes = std::filesystem::file_size(folder_ / "cut.safetensors");
  std::filesystem::resize_file(folder_ / "cut.safetensors", bytes / 2);
  EXPECT_NE(refusal([&] { convert(folder_ / "cut.safetensors", folder_ / "b.safetensors"); }), "no error");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "b.safetensors"));
}

}  // namespace
}  // namespace colourize::converter
