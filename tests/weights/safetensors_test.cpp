// Sound files are read as they were written; every other file gets a sentence.
#include "weights/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/generators/generator.h"
#include "system/error.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"
#include "weights/catalogue.h"
#include "weights/weights.h"

namespace colourize::weights {
namespace {

// A file of this header and this much data.
std::string file_of(const std::string& header, std::size_t data_bytes = 0) {
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(header.size() >> (8 * i));
  return length + header + std::string(data_bytes, '\0');
}

std::string tensor(const std::string& name, const std::string& shape, const std::string& offsets,
                   const std::string& type = "F32") {
  return "\"" + name + R"(":{"dtype":")" + type + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + offsets + "]}";
}

std::string refusal(const std::string& content) {
  const auto bytes = tests::bytes_of(content);
  try {
    parse_safetensors(bytes, "file");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

struct HostileFile {
  std::string name;
  std::string content;
  std::string words;  // that the sentence must have
};

class Hostile : public testing::TestWithParam<HostileFile> {};

TEST_P(Hostile, GetsASentence) {
  const std::string sentence = refusal(GetParam().content);
  EXPECT_NE(sentence.find(GetParam().words), std::string::npos) << sentence;
  EXPECT_EQ(sentence.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Files, Hostile,
    testing::Values(
        HostileFile{"Short", "1234567", "too short"},
        HostileFile{"LongHeader", file_of("{}").replace(0, 1, "\x7F"), "truncated"},
        HostileFile{"EndlessHeader", std::string(8, '\xFF') + "{}", "not a .safetensors"},
        HostileFile{"NoJson", file_of("{\"a\":"), "not JSON"}, HostileFile{"NoTable", file_of("[1,2]"), "not JSON"},
        HostileFile{"Nested", file_of(std::string(100000, '[')), "not JSON"},
        HostileFile{"NoEntry", file_of(R"({"a":7})"), "lacks"},
        HostileFile{"NoShape", file_of(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4), "lacks"},
        HostileFile{"UnknownType", file_of("{" + tensor("a", "1", "0,4", "F33") + "}", 4), "unknown type"},
        HostileFile{"Truncated", file_of("{" + tensor("a", "4", "0,16") + "}", 15), "truncated"},
        HostileFile{"OutOfRange", file_of("{" + tensor("a", "1", "4000000000,4000000004") + "}", 4), "truncated"},
        HostileFile{"Backwards", file_of("{" + tensor("a", "1", "4,0") + "}", 4), "truncated"},
        HostileFile{"Negative", file_of("{" + tensor("a", "1", "-4,0") + "}", 4), "impossible place"},
        HostileFile{"ThreeOffsets", file_of("{" + tensor("a", "1", "0,4,8") + "}", 8), "impossible place"},
        HostileFile{"NegativeShape", file_of("{" + tensor("a", "-1", "0,4") + "}", 4), "impossible shape"},
        HostileFile{"FractionalShape", file_of("{" + tensor("a", "1.5", "0,4") + "}", 4), "impossible shape"},
        HostileFile{"OverflowingShape", file_of("{" + tensor("a", "4611686018427387904,4", "0,0") + "}"),
                    "impossible shape"},
        HostileFile{"HugeDimension", file_of("{" + tensor("a", "18446744073709551615,0", "0,0") + "}"),
                    "impossible shape"},
        HostileFile{"ManyDimensions", file_of("{" + tensor("a", "1,1,1,1,1,1,1,1,1", "0,4") + "}", 4),
                    "impossible shape"},
        HostileFile{"WrongSize", file_of("{" + tensor("a", "2", "0,4") + "}", 4), "needs 8"},
        HostileFile{"Overlap", file_of("{" + tensor("a", "2", "0,8") + "," + tensor("b", "2", "4,12") + "}", 12),
                    "overlaps"},
        HostileFile{"SamePlace", file_of("{" + tensor("a", "2", "0,8") + "," + tensor("b", "2", "0,8") + "}", 8),
                    "overlaps"},
        HostileFile{"Gap", file_of("{" + tensor("a", "1", "0,4") + "," + tensor("b", "1", "8,12") + "}", 12), "gap"},
        HostileFile{"Rest", file_of("{" + tensor("a", "1", "0,4") + "}", 5), "follow"},
        HostileFile{"BadMetadata", file_of(R"({"__metadata__":{"a":1}})"), "not text"},
        HostileFile{"ControlCharacters", file_of(R"({"\u001b[2J":7})"), "?[2J"}),
    [](const auto& info) { return info.param.name; });

TEST(Safetensors, ReadsWhatTheWriterWrote) {
  const tests::TemporaryFolder folder;
  const std::vector<float> values{1, -2, 3.5F, 0, 1e-30F, 7};
  SafetensorsWriter writer(folder / "file", {{"a", DataType::f32, {2, 2}}, {"b", DataType::f32, {2}}},
                           {{"key", "text"}});
  const auto bytes = std::as_bytes(std::span(values));
  writer.append(bytes.first(5));
  writer.append(bytes.subspan(5));
  writer.commit();
  const auto weights = Weights::open(folder / "file");
  EXPECT_EQ(weights->metadata("key"), "text");
  EXPECT_EQ(weights->metadata("other"), std::nullopt);
  EXPECT_EQ(weights->shape("a"), Dimensions({2, 2}));
  const auto a = weights->values("a", {2, 2});
  EXPECT_EQ(std::vector<float>(a.begin(), a.end()), std::vector<float>(values.begin(), values.begin() + 4));
  EXPECT_EQ(weights->values("b")[1], 7);
}

TEST(Safetensors, WriterRefusesToEndEarly) {
  const tests::TemporaryFolder folder;
  SafetensorsWriter writer(folder / "file", {{"a", DataType::f32, {2}}}, {});
  writer.append(std::as_bytes(std::span("abc", 4)));
  EXPECT_THROW(writer.commit(), Error);
}

TEST(Safetensors, WriterReplacesMetadataLast) {
  const tests::TemporaryFolder folder;
  const std::vector<float> values{1, 2};
  SafetensorsWriter writer(folder / "file", {{"a", DataType::f32, {2}}}, {{"sum", "0000"}, {"other", "text"}});
  EXPECT_THROW(writer.replace_metadata("sum", "12345"), Error) << "its place has four letters";
  writer.append(std::as_bytes(std::span(values)));
  writer.replace_metadata("sum", "1234");
  writer.commit();
  const auto weights = Weights::open(folder / "file");
  EXPECT_EQ(weights->metadata("sum"), "1234");
  EXPECT_EQ(weights->metadata("other"), "text");
  EXPECT_EQ(weights->values("a")[1], 2);
}

TEST(Weights, WidensHalfPrecision) {
  // 1.5, -2, 2^-24 (the smallest subnormal) and 65504 (the largest) as float16; 1.5 and -3e38 (rounded) as bfloat16.
  std::string file = file_of("{" + tensor("h", "4", "0,8", "F16") + "," + tensor("b", "2", "8,12", "BF16") + "}");
  file += std::string("\x00\x3E\x00\xC0\x01\x00\xFF\x7B\xC0\x3F\x62\xFF", 12);
  const auto bytes = tests::bytes_of(file);
  const auto weights = Weights::from_bytes(bytes, "file");
  const auto half = weights->values("h");
  EXPECT_EQ(std::vector<float>(half.begin(), half.end()), std::vector<float>({1.5F, -2, std::ldexp(1.0F, -24), 65504}));
  EXPECT_EQ(weights->values("b")[0], 1.5F);
  EXPECT_NEAR(weights->values("b")[1], -3e38F, 2e36F);
}

std::string weights_refusal(std::map<std::string, FloatTensor> tensors) {
  try {
    build_generator(Weights::from_tensors(std::move(tensors), {}, "file"));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// The built-in generator's tensors, to break one.
std::map<std::string, FloatTensor> lite() {
  std::map<std::string, FloatTensor> tensors;
  const auto weights = Weights::builtin();
  const tests::GoldenFile file("../../weights/builtin/lite");
  for (const std::string& name : file.names()) {
    const auto values = weights->values(name);
    tensors[name] = {weights->shape(name), {values.begin(), values.end()}};
  }
  return tensors;
}

TEST(Weights, NameWhatIsMissingMisshapenOrNotANumber) {
  EXPECT_EQ(weights_refusal(lite()), "no error");
  auto tensors = lite();
  tensors.erase("conv2.weight");
  EXPECT_NE(weights_refusal(tensors).find("no tensor 'conv2.weight'"), std::string::npos);
  tensors = lite();
  tensors["conv2.bias"].shape = {2, 64};
  EXPECT_NE(weights_refusal(tensors).find("'conv2.bias' is 2 x 64 where 128 is needed"), std::string::npos);
  tensors = lite();
  tensors["conv3.weight"] = tensors["conv4.weight"];
  EXPECT_NE(weights_refusal(tensors).find("conv3: takes 96 channels but gets 88"), std::string::npos);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    tensors = lite();
    tensors["up2.conv.bias"].values.back() = bad;
    EXPECT_NE(weights_refusal(tensors).find("'up2.conv.bias' holds NaN or infinity"), std::string::npos);
  }
  EXPECT_NE(weights_refusal({{"a", {{1}, {1}}}}).find("no known generator"), std::string::npos);
}

TEST(Weights, RefuseIntegersWhereFloatsAreNeeded) {
  const auto bytes = tests::bytes_of(file_of("{" + tensor("a", "2", "0,8", "I32") + "}", 8));
  const auto weights = Weights::from_bytes(bytes, "file");
  EXPECT_THROW(weights->values("a"), Error);
}

TEST(Catalogue, KnowsTheBuiltInAndPaths) {
  const tests::TemporaryFolder folder;
  const std::string file = tests::folder + "../weights/builtin/lite.safetensors";
  EXPECT_EQ(open_model("lite", folder.path())->metadata("generator"), "lite");
  EXPECT_THROW(open_model("no such model", folder.path()), Error);
  EXPECT_THROW(open_model("video", folder.path()), Error);
  EXPECT_EQ(open_model(file, folder.path())->metadata("generator"), "lite");
  std::filesystem::copy_file(file, folder / "video.safetensors");
  EXPECT_EQ(open_model("video", folder.path())->source(), folder / "video.safetensors");
  ASSERT_EQ(installed_models(folder.path()).size(), 1U);
  EXPECT_EQ(installed_models(folder.path())[0].name, "video");
  EXPECT_TRUE(installed_models(folder / "missing").empty());
}

TEST(Catalogue, FindsTheModelsFolder) {
  EXPECT_EQ(models_folder("/given"), "/given");
  ::setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(models_folder(), "/data/colourize/models");
  ::unsetenv("XDG_DATA_HOME");
  ::setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(models_folder(), "/home/ada/.local/share/colourize/models");
}

TEST(Generator, ChecksTheRenderFactor) {
  const Generator generator = build_generator(Weights::builtin());
  EXPECT_THROW(input_side(generator, 7), Error);
  EXPECT_THROW(input_side(generator, 65), Error);
  EXPECT_EQ(input_side(generator, 16), 256);
  EXPECT_EQ(input_side(generator, 21), 352) << "lite takes multiples of 32";
}

}  // namespace
}  // namespace colourize::weights
