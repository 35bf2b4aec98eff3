// Pictures written row by row: what describes them comes from a file of one pixel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "engine/photo/formats/jpeg_segments.h"
#include "engine/photo/formats/png_chunks.h"
#include "engine/photo/formats/table.h"
#include "system/error.h"
#include "system/recorded_warnings.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

// Noise, which no compression makes smaller, with the metadata of a file that has EXIF and a profile.
template <typename Sample>
Photo described_noise(int width, int height, int channels) {
  Photo photo = decode(tests::folder + "golden/pictures/described.jpg", {}, ignore_warnings);
  Raster<Sample> raster(width, height, channels);
  unsigned value = 1;
  for (Sample& sample : raster.samples) sample = static_cast<Sample>((value = value * 1103515245U + 12345U) >> 16U);
  photo.pixels = std::move(raster);
  photo.density = Density{.horizontal = 11811, .vertical = 11811, .unit = Density::Unit::metre};
  photo.texts = {{Text::Kind::jpeg_comment, "of a box"}};
  return photo;
}

template <typename Sample>
void expect_whole(const Photo& back, const Photo& photo) {
  EXPECT_EQ(std::get<Raster<Sample>>(back.pixels).samples, std::get<Raster<Sample>>(photo.pixels).samples);
  ASSERT_TRUE(back.density);
  EXPECT_NEAR(back.density->horizontal, 11811, 1);
  EXPECT_THAT(back.metadata.profile(), testing::ElementsAreArray(photo.metadata.profile()));
}

// Several strips, of which the last one is shorter and some are odd in size.
TEST(StreamedTiff, HasAllStripsInEveryCompression) {
  if (output_format("a.tif") == nullptr) GTEST_SKIP() << "built without libtiff";
  for (const auto& [name, compression] : tiff_compressions()) {
    SCOPED_TRACE(name);
    for (const bool big : {false, true}) {
      const RecordedWarnings warnings;
      const Photo photo = described_noise<std::uint16_t>(301, 402, 3);
      const auto file = encode(photo, "a.tif", warnings.sink(), {.tiff_compression = compression, .big_tiff = big});
      EXPECT_EQ(file[2], std::byte{static_cast<std::uint8_t>(big ? 43 : 42)});
      const Photo back = decode(file, "a.tif", {}, ignore_warnings);
      expect_whole<std::uint16_t>(back, photo);
      EXPECT_EQ(warnings.texts().size(), big ? 2U : 1U);  // the comment has no place in a TIFF; EXIF none in a BigTIFF
      if (big) {
        EXPECT_THAT(warnings.texts().back(), HasSubstr("EXIF cannot be written"));
      }
    }
  }
}

TEST(StreamedPng, HasEachChunkOnce) {
  const Photo photo = described_noise<std::uint16_t>(301, 102, 4);
  const auto file = encode(photo, "a.png", ignore_warnings);
  expect_whole<std::uint16_t>(decode(file, "a.png", {}, ignore_warnings), photo);
  std::vector<std::string> kinds;
  for_each_png_chunk(file, [&](const PngChunk& chunk) {
    if (chunk.kind != "IDAT") kinds.emplace_back(chunk.kind);
    return true;
  });
  // EXIF is in eXIf or in a text, as Exiv2's version has it.
  const std::set<std::string> each(kinds.begin(), kinds.end());
  EXPECT_EQ(each.size(), kinds.size());
  EXPECT_THAT(each, IsSupersetOf({"IHDR", "iCCP", "pHYs", "tEXt", "IEND"}));
}

TEST(StreamedJpeg, HasItsMetadataBeforeItsTables) {
  const Photo photo = described_noise<std::uint8_t>(301, 102, 3);
  const auto file = encode(photo, "a.jpg", ignore_warnings);
  std::vector<unsigned> markers;
  for_each_jpeg_segment(file, [&](const JpegSegment& segment) {
    markers.push_back(segment.marker);
    return true;
  });
  // JFIF, EXIF, the profile, the comment; then two tables, the frame, four tables.
  EXPECT_THAT(markers, ElementsAre(0xE0, 0xE1, 0xE2, 0xFE, 0xDB, 0xDB, 0xC0, 0xC4, 0xC4, 0xC4, 0xC4));
  const Photo back = decode(file, "a.jpg", {}, ignore_warnings);
  EXPECT_EQ(back.width(), 301);
  EXPECT_NEAR(back.density->horizontal, 11811, 1);
}

// Fails when it has this many bytes.
class FullSink final : public ByteSink {
 public:
  explicit FullSink(std::size_t room) : left_(room) {}
  void write(std::span<const std::byte> bytes) override {
    if (bytes.size() > left_) throw Error(ErrorKind::no_disk, "a", "is full");
    left_ -= bytes.size();
    size_ += bytes.size();
  }
  void rewrite(std::uint64_t offset, std::span<const std::byte> bytes) override {
    ASSERT_LE(offset + bytes.size(), size_);
  }

 private:
  std::size_t left_;
  std::size_t size_ = 0;
};

TEST(Streaming, EndsWithTheErrorOfTheSink) {
  const Photo photo = described_noise<std::uint8_t>(301, 402, 3);
  for (const char* name : {"a.jpg", "a.png", "a.tif"}) {
    const PictureFormat* format = output_format(name);
    if (format == nullptr || format->stream == nullptr) continue;
    MemorySink whole;
    format->stream(photo, name, {}, {}, whole, ignore_warnings);
    const std::size_t size = whole.take().size();
    for (const std::size_t room : {std::size_t{0}, std::size_t{1}, std::size_t{40}, size / 2, size - 1}) {
      SCOPED_TRACE(std::string(name) + " " + std::to_string(room));
      FullSink sink(room);
      try {
        format->stream(photo, name, {}, {}, sink, ignore_warnings);
        FAIL() << "nothing was thrown";
      } catch (const Error& problem) {
        EXPECT_EQ(problem.kind(), ErrorKind::no_disk);
      }
    }
    FullSink enough(size);
    format->stream(photo, name, {}, {}, enough, ignore_warnings);
  }
}

}  // namespace
}  // namespace colourize::photo
