// The real architectures at their real size, from a file as PyTorch writes it to PyTorch's own numbers: written in both
// containers (874 MB wide, 255 MB deep), converted, mapped, run.
#include "tests/support/full_size.h"

#include <gtest/gtest.h>

#include <cstring>

#include "converter/convert.h"
#include "engine/generators/generator.h"
#include "system/mapped_file.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize::converter {
namespace {

namespace fs = std::filesystem;
using tests::TorchContainer;

// Both files hold the same tensors with the same bytes, and differ in nothing but their source.
void expect_same_weights(const fs::path& first, const fs::path& second) {
  const MappedFile first_file(first);
  const MappedFile second_file(second);
  const auto a = weights::parse_safetensors(first_file.bytes(), "first");
  const auto b = weights::parse_safetensors(second_file.bytes(), "second");
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    ASSERT_TRUE(b.tensors.contains(name)) << name;
    const weights::TensorEntry& other = b.tensors.at(name);
    EXPECT_EQ(tensor.type, other.type) << name;
    EXPECT_EQ(tensor.shape, other.shape) << name;
    ASSERT_EQ(tensor.bytes.size(), other.bytes.size()) << name;
    EXPECT_EQ(std::memcmp(tensor.bytes.data(), other.bytes.data(), tensor.bytes.size()), 0) << name;
  }
  for (const char* key : {"generator", "converter"}) EXPECT_EQ(a.metadata.at(key), b.metadata.at(key));
  EXPECT_NE(a.metadata.at("source_sha256"), b.metadata.at("source_sha256"));
}

class FullSizeCheckpoint : public testing::TestWithParam<std::string> {
 protected:
  // Writes the checkpoint, converts it and removes it again.
  Conversion convert_written(TorchContainer container, bool wrapped, const std::string& target) const {
    const fs::path source = folder_ / "source.pth";
    tests::write_full_size_checkpoint(GetParam(), container, wrapped, source);
    Conversion result = convert(source, folder_ / target, {.version = "test"});
    fs::remove(source);
    return result;
  }

  tests::TemporaryFolder folder_;
};

TEST_P(FullSizeCheckpoint, GivesPyTorchsNumbersFromBothContainers) {
  constexpr std::uintmax_t published_bytes = 874'066'230;  // the wide ones'
  const std::uintmax_t needed = (GetParam() == "wide" ? 3 : 1) * published_bytes;
  ASSERT_GE(fs::space(folder_.path()).available, needed)
      << "this test writes " << needed / 1'000'000 << " MB into " << folder_.path().parent_path()
      << ", which has not as much room; set TMPDIR to a folder that has";

  const Conversion zip = convert_written(TorchContainer::zip, /*wrapped=*/false, "zip.safetensors");
  EXPECT_EQ(zip.generator, GetParam());
  EXPECT_EQ(zip.container, "zip");
  const auto numbers = tests::golden(GetParam());
  const Generator generator = build_generator(weights::Weights::open(folder_ / "zip.safetensors"));
  EXPECT_LE(tests::largest_error(generator, *numbers, 144), 5e-4);

  const Conversion legacy = convert_written(TorchContainer::legacy, /*wrapped=*/true, "legacy.safetensors");
  EXPECT_EQ(legacy.generator, GetParam());
  EXPECT_EQ(legacy.container, "legacy");
  expect_same_weights(folder_ / "zip.safetensors", folder_ / "legacy.safetensors");
}

INSTANTIATE_TEST_SUITE_P(DeOldify, FullSizeCheckpoint, testing::Values("wide", "deep"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace colourize::converter
