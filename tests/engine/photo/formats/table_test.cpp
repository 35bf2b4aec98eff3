// What holds for every row of the table of formats.
#include "engine/photo/formats/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "engine/photo/encode.h"
#include "engine/photo/signature.h"
#include "system/lists.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using tests::corpus;

// In the order in which messages name them, with a sound file of each and the extensions that are written; a new row
// needs its own here. Not every build has those that need a library of their own.
struct Row {
  std::string name;
  std::string sample;
  std::vector<std::string> outputs;
  bool optional = false;
};
const std::vector<Row> rows{{"JPEG", "rgb.jpg", {".jpg", ".jpeg"}},
                            {"PNG", "plain.png", {".png"}},
                            {"TIFF", "tiff-rgb.tif", {".tif", ".tiff"}, true},
                            {"WebP", "webp-lossy.webp", {".webp"}, true},
                            {"JPEG 2000", "jp2-rgb.jp2", {".jp2"}, true},
                            {"JPEG XL", "jxl-rgb.jxl", {".jxl"}, true},
                            {"HEIC", "heic-rgb.heic", {}, true},
                            {"AVIF", "avif-rgb.avif", {}, true},
                            {"OpenEXR", "exr-rgb-half.exr", {}, true},
                            {"DPX", "dpx-rgb8.dpx", {".dpx"}},
                            {"BMP", "rgb.bmp", {}},
                            {"TGA", "rgb.tga", {}},
                            {"PSD", "rgb.psd", {}},
                            {"PNM", "rgb.ppm", {}},
                            {"PFM", "grey-little.pfm", {}}};

bool is_built_in(const Row& row) {
  return std::ranges::any_of(picture_formats(), [&](const auto* format) { return format->name == row.name; });
}

std::vector<std::byte> sample_of(const PictureFormat& format) {
  const auto found = std::ranges::find(rows, format.name, &Row::name);
  return found == rows.end() ? std::vector<std::byte>{} : tests::bytes_of(tests::read_file(corpus + found->sample));
}

TEST(PictureFormats, HaveNamesAndExtensionsOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> extensions;
  for (const PictureFormat* format : picture_formats()) {
    EXPECT_TRUE(names.insert(format->name).second) << format->name;
    for (const std::string_view extension : format->extensions) {
      EXPECT_TRUE(extensions.insert(extension).second) << extension;
      EXPECT_EQ(extension, lower_extension("a" + std::string(extension))) << extension;
      EXPECT_TRUE(has_picture_extension("folder/A" + std::string(extension)));
    }
    for (const std::string_view extension : format->output_extensions) {
      EXPECT_NE(std::ranges::find(format->extensions, extension), format->extensions.end()) << extension;
    }
    EXPECT_EQ(!format->output_extensions.empty(), format->save != nullptr || format->stream != nullptr) << format->name;
  }
  EXPECT_TRUE(has_picture_extension("a/b.JPG"));
  EXPECT_FALSE(has_picture_extension("b.txt"));
  EXPECT_FALSE(has_picture_extension("jpg"));
}

TEST(PictureFormats, RecogniseTheirOwnFilesAndNoOthers) {
  for (const PictureFormat* format : picture_formats()) {
    const auto file = sample_of(*format);
    ASSERT_FALSE(file.empty()) << format->name << " has no sample in this test";
    const std::string name = "a" + std::string(format->extensions.front());
    EXPECT_EQ(recognise(file, name).name, format->name);
    for (const PictureFormat* other : picture_formats()) {
      EXPECT_EQ(other->recognises(file, lower_extension(name)), other == format)
          << format->name << " by " << other->name;
    }
  }
}

// What a server would reserve memory by.
TEST(PictureFormats, TellASizeThatLoadingKeeps) {
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const auto file = tests::bytes_of(tests::read_file(entry.path()));
    const std::string name = entry.path().filename();
    try {
      const PictureFormat& format = recognise(file, name);
      const StoredSize size = format.size(file, name);
      if (name == "huge.png") continue;
      std::visit(
          [&](const auto& raster) {
            EXPECT_EQ(raster.width, size.width) << name;
            EXPECT_EQ(raster.height, size.height) << name;
            EXPECT_EQ(raster.channels, size.channels) << name;
            EXPECT_EQ(sizeof(raster.samples[0]) * 8, static_cast<std::size_t>(size.bits)) << name;
          },
          format.load(file, name, Damage::refuse, ignore_warnings).pixels);
    } catch (const Error&) {
      continue;  // the damaged ones
    }
  }
}

TEST(PictureFormats, AreNamedInMessages) {
  const std::string sentence = tests::refusal("Dear mother, the weather is fine.\n");
  for (const PictureFormat* format : picture_formats()) {
    EXPECT_NE(sentence.find(format->name), std::string::npos) << sentence;
  }
  std::vector<std::string> readable;
  std::vector<std::string> written;
  for (const Row& row : rows) {
    EXPECT_TRUE(row.optional || is_built_in(row)) << row.name;
    if (!is_built_in(row)) continue;
    readable.push_back(row.name);
    if (!row.outputs.empty()) written.push_back(row.outputs.front());
  }
  EXPECT_THAT(sentence, testing::HasSubstr(listed(readable, "and") + " can be read"));
  EXPECT_EQ(std::string(no_output_format("a.gif").what()),
            "a.gif: has no extension that can be written; choose " + listed(written, "or"));
}

// Within what the format loses: JPEG's quality is tested beside it, here only that rows, sizes and channels are in
// their places.
TEST(PictureFormats, ComeBackAsTheyWereWritten) {
  Raster8 raster(19, 11, 3);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    const std::size_t x = i % raster.row_samples();
    const std::size_t y = i / raster.row_samples();
    raster.samples[i] = static_cast<std::uint8_t>(x % 3 == 0 ? 4 * x : x % 3 == 1 ? 20 * y : 255 - 2 * x);
  }
  const Photo photo{raster, {}};
  std::size_t written = 0;
  for (const PictureFormat* format : picture_formats()) {
    for (const std::string_view extension : format->output_extensions) {
      ++written;
      const std::string name = "A" + std::string(extension);
      EXPECT_EQ(output_format(name), format);
      const auto file = encode(photo, name, ignore_warnings, {.jxl_lossless = true});
      EXPECT_EQ(recognise(file, "a").name, format->name);
      const Raster8 back = to_8_bit(decode(file, name, {}, ignore_warnings));  // DPX has 10 at least
      ASSERT_EQ(back.width, raster.width);
      ASSERT_EQ(back.height, raster.height);
      int largest = 0;
      for (std::size_t i = 0; i < raster.samples.size(); ++i) {
        largest = std::max(largest, std::abs(raster.samples[i] - back.samples[i]));
      }
      // A step of quality 95's coarsest quantiser, 10 for chroma, moves a sample by less than 20; a wrong place by
      // more.
      EXPECT_LE(largest, format->name == "JPEG" || format->name == "WebP" ? 20 : 0) << name;
    }
  }
  std::size_t expected = 0;
  for (const Row& row : rows) expected += is_built_in(row) ? row.outputs.size() : 0;
  EXPECT_EQ(written, expected);
  EXPECT_EQ(output_format("a.psd"), nullptr);
  EXPECT_EQ(output_format("jpg"), nullptr);
}

TEST(PictureFormats, RefuseFilesThatEndAtOnce) {
  for (const PictureFormat* format : picture_formats()) {
    for (const std::size_t length : {0U, 1U, 3U}) {
      const auto file = sample_of(*format);
      const auto beginning = std::span(file).first(length);
      EXPECT_THROW(format->size(beginning, "a"), Error) << format->name;
      EXPECT_THROW(format->load(beginning, "a", Damage::refuse, ignore_warnings), Error) << format->name;
      EXPECT_THROW(format->load(beginning, "a", Damage::salvage, ignore_warnings), Error) << format->name;
    }
  }
}

// Any bytes are a picture, or an error with a sentence; the fuzzer continues from here.
TEST(PictureFormats, MeetDamageWithASentence) {
  std::mt19937 random(5);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same damage every time
  std::size_t refused = 0;
  for (const std::string& name : tests::names_in(corpus)) {
    const std::string whole = tests::read_file(corpus + name);
    for (int i = 0; i < 24; ++i) {
      std::string damaged = whole;
      damaged[random() % damaged.size()] = static_cast<char>(random());
      if (i % 3 == 0) damaged.resize(random() % damaged.size());
      for (const bool salvage : {false, true}) {
        // std::bad_alloc or a crash would end the test.
        const auto error = tests::error_of(damaged, name, {.megapixels = 1, .salvage = salvage});
        if (!error) continue;
        ++refused;
        EXPECT_FALSE(salvage && error->kind() == ErrorKind::incomplete) << error->what();
      }
    }
  }
  EXPECT_GT(refused, 500U);
}

}  // namespace
}  // namespace colourize::photo
