// JPEG 2000s of every kind, against OpenJPEG's tools (tests/fuzz/jpeg_2000_corpus.py), damaged and hostile ones, and
// what is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include <exiv2/exiv2.hpp>

#include "engine/photo/box_metadata.h"
#include "engine/photo/encode.h"
#include "system/recorded_warnings.h"
#include "tests/support/described_jpeg.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::corpus;

StoredPicture stored(const std::string& content, const Warn& warn = ignore_warnings) {
  const auto file = tests::bytes_of(content);
  return recognise(file, "a").load(file, "a", Damage::refuse, warn);
}

TEST(Jpeg2000, OfEveryKindHasItsSamples) {
  const tests::GoldenFile golden("jpeg_2000");
  EXPECT_EQ(golden.names().size(), 25U);
  for (const std::string& name : golden.names()) {
    const StoredPicture picture = stored(tests::read_file(corpus + name));
    std::visit(
        [&](const auto& raster) {
          ASSERT_EQ(raster.height, golden.shape(name)[0]) << name;
          ASSERT_EQ(raster.width, golden.shape(name)[1]) << name;
          ASSERT_EQ(raster.channels, golden.shape(name)[2]) << name;
          ASSERT_EQ(raster.samples.size() * sizeof(raster.samples[0]), golden.bytes(name).size()) << name;
          EXPECT_EQ(std::memcmp(raster.samples.data(), golden.bytes(name).data(), golden.bytes(name).size()), 0)
              << name;
        },
        picture.pixels);
  }
}

TEST(Jpeg2000, HasItsProfileDensityAndMetadata) {
  EXPECT_TRUE(stored(tests::read_file(corpus + "jp2-rgb.jp2")).profile.empty());
  for (const char* name : {"jp2-profile.jp2", "jp2-profile-any.jp2"}) {
    const auto space = ColourSpace::of_profile(stored(tests::read_file(corpus + name)).profile);
    ASSERT_NE(space, nullptr) << name;
    EXPECT_TRUE(space->is_srgb()) << name;
  }
  const auto density = stored(tests::read_file(corpus + "jp2-density.jp2")).density;
  ASSERT_TRUE(density);
  EXPECT_DOUBLE_EQ(density->horizontal, 600 * inches_per_metre);
  EXPECT_DOUBLE_EQ(density->vertical, 300 * inches_per_metre);
  const RecordedWarnings warnings;
  const Photo photo = decode(corpus + "jp2-described.jp2", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("is left out: the box xml")));
  EXPECT_EQ(photo.width(), 27);  // it is turned
  EXPECT_EQ(photo.height(), 37);
}

// At each length. A part of a picture is `incomplete`, and is salvaged.
TEST(Jpeg2000, CutShortIsRefusedOrSalvaged) {
  std::size_t salvaged = 0;
  for (const char* name : {"jp2-rgb.jp2", "jp2-tiles.jp2", "jp2-layers.j2k", "jp2-precincts.jp2"}) {
    const std::string whole = tests::read_file(corpus + name);
    // The last two bytes are the mark of the end, which says nothing about the picture.
    for (std::size_t length = 0; length < whole.size() - 2; length += 7) {
      const std::string cut = whole.substr(0, length);
      const auto error = tests::error_of(cut, name);
      ASSERT_TRUE(error) << name << " " << length;
      if (error->kind() != ErrorKind::incomplete) continue;
      ++salvaged;
      const Photo photo = tests::salvaged(cut, name);
      ASSERT_TRUE(photo.salvage);
      EXPECT_TRUE(photo.salvage->cut_short);
      EXPECT_EQ(photo.salvage->missing_rows, 0);
    }
  }
  EXPECT_GT(salvaged, 100U);
}

// A file that ends as it should, with its last tile-part taken out: OpenJPEG would say nothing.
TEST(Jpeg2000, WithoutOneOfItsTilePartsIsIncomplete) {
  std::string file = tests::read_file(corpus + "jp2-tiles.jp2");
  const std::string end("\xFF\xD9", 2);
  const std::size_t part = file.rfind(std::string("\xFF\x90\x00\x0A", 4));
  ASSERT_NE(part, std::string::npos);
  const std::size_t box = file.find("jp2c") - 4;
  file = file.substr(0, part) + end;
  for (std::size_t i = 0; i < 4; ++i) file.at(box + i) = static_cast<char>((file.size() - box) >> (24 - 8 * i) & 0xFFU);
  const auto error = tests::error_of(file, "a.jp2");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete);
}

// A codestream of the sizes that these numbers state, and the rest of a sound one.
std::string with_number(std::string file, std::size_t at, std::uint32_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) file.at(at + i) = static_cast<char>(value >> (8 * (bytes - 1 - i)) & 0xFFU);
  return file;
}

// Places in a codestream: ISO/IEC 15444-1, A.5.1 and A.6.1. Each would make OpenJPEG take gigabytes.
TEST(Jpeg2000, IsRefusedWhereItStatesMoreThanItHas) {
  const std::string sound = tests::read_file(corpus + "jp2-grey.j2k");
  ASSERT_EQ(tests::refusal(sound), "no error");
  constexpr std::size_t width_at = 8;
  constexpr std::size_t tile_width_at = 24;
  constexpr std::size_t components_at = 40;
  const std::string small_tiles = with_number(with_number(sound, tile_width_at, 1, 4), tile_width_at + 4, 1, 4);
  EXPECT_THAT(tests::refusal(small_tiles), HasSubstr("fewer tiles than it states"));
  EXPECT_THAT(tests::refusal(with_number(sound, tile_width_at, 0, 4)), HasSubstr("impossible header"));
  EXPECT_THAT(tests::refusal(with_number(sound, components_at, 16384, 2)), HasSubstr("impossible header"));
  const std::string large = with_number(with_number(sound, width_at, 190'000, 4), width_at + 4, 190'000, 4);
  const std::string of_one_tile = with_number(with_number(large, tile_width_at, 190'000, 4), 28, 190'000, 4);
  EXPECT_THAT(tests::refusal(of_one_tile), HasSubstr("more than 300 million"));
  const std::size_t style = sound.find("\xFF\x52");
  ASSERT_NE(style, std::string::npos);
  EXPECT_THAT(tests::refusal(with_number(sound, style + 6, 65535, 2)), HasSubstr("fewer packets than it states"));
}

TEST(Jpeg2000, OfManyPrecinctsIsRefused) {
  const std::string sound = tests::read_file(corpus + "jp2-precincts.jp2");
  ASSERT_EQ(tests::refusal(sound), "no error");
  const std::size_t style = sound.find("\xFF\x52");
  constexpr std::size_t precincts_at = 14;
  std::string hostile = with_number(sound, style + precincts_at, 0x001111, 3);
  EXPECT_EQ(tests::refusal(hostile).find("no error"), std::string::npos);
  // In a large picture, precincts of a pixel would be millions.
  const std::size_t size = sound.find("\xFF\x4F\xFF\x51") + 8;
  for (const std::size_t at : {size, size + 4, size + 16, size + 20}) hostile = with_number(hostile, at, 4000, 4);
  EXPECT_THAT(tests::refusal(hostile), HasSubstr("fewer packets than it states"));
}

TEST(Jpeg2000, OfAnUnknownKindIsNamed) {
  std::string file = tests::read_file(corpus + "jp2-rgb.jp2");
  const std::size_t colour = file.find("colr");
  file.at(colour + 10) = 14;  // CIELAB
  EXPECT_THAT(tests::refusal(file), HasSubstr("colours are of kind 14"));
}

Photo gradient(int channels, int bits) {
  const auto fill = [&](auto raster) {
    std::uint32_t value = 1;
    for (auto& sample : raster.samples) {
      value = value * 1103515245U + 12345U;
      sample = static_cast<std::decay_t<decltype(sample)>>(value >> 15U);
    }
    return raster;
  };
  if (bits == 8) return {fill(Raster8(33, 21, channels)), {}};
  return {fill(Raster16(33, 21, channels)), {}};
}

TEST(EncodeJpeg2000, KeepsEverySample) {
  for (const int channels : {3, 4}) {
    for (const int bits : {8, 16}) {
      const Photo photo = gradient(channels, bits);
      const RecordedWarnings warnings;
      const Photo back = decode(encode(photo, "a.jp2", warnings.sink()), "a.jp2", {}, warnings.sink());
      EXPECT_THAT(warnings.texts(), IsEmpty());
      std::visit(
          [&](const auto& raster) {
            EXPECT_EQ(raster.samples, std::get<std::decay_t<decltype(raster)>>(back.pixels).samples)
                << channels << " " << bits;
          },
          photo.pixels);
    }
  }
}

TEST(EncodeJpeg2000, TakesPicturesOfAnySize) {
  for (const auto& [width, height] : {std::pair(1, 1), {1, 500}, {3, 2}, {64, 1}}) {
    Raster8 raster(width, height, 3);
    std::ranges::fill(raster.samples, std::uint8_t{7});
    const Photo back = decode(encode({raster, {}}, "a.jp2", ignore_warnings), "a.jp2", {}, ignore_warnings);
    EXPECT_EQ(tests::raster8(back).samples, raster.samples) << width << " x " << height;
  }
}

TEST(EncodeJpeg2000, StatesThePrintSize) {
  const auto after = [](double horizontal, double vertical) {
    const Photo photo{Raster8(4, 4, 3), {}, {}, Density{horizontal, vertical, Density::Unit::metre}};
    return *decode(encode(photo, "a.jp2", ignore_warnings), "a.jp2", {}, ignore_warnings).density;
  };
  EXPECT_DOUBLE_EQ(after(600 * inches_per_metre, 72 * inches_per_metre).horizontal, 600 * inches_per_metre);
  EXPECT_DOUBLE_EQ(after(600 * inches_per_metre, 72 * inches_per_metre).vertical, 72 * inches_per_metre);
  // Sixteen bits above and below the fraction's line: half a unit of the smaller number, relatively.
  for (const double density : {1234.5, 47.3, 0.7, 3e6, 65536.0, 1e9}) {
    EXPECT_NEAR(after(density, 1000).horizontal / density, 1, 0.5 / 6553) << density;
  }
  const RecordedWarnings warnings;
  encode({Raster8(4, 4, 3), {}, {}, Density{2, 1, Density::Unit::none}}, "a.jp2", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("mere proportion")));
}

TEST(EncodeJpeg2000, CarriesMetadataOver) {
  const Photo photo = decode(tests::jpeg_with_iptc_and_xmp(), "a.jpg", {}, ignore_warnings);
  const RecordedWarnings warnings;
  const auto file = encode(photo, "b.jp2", warnings.sink());
  EXPECT_THAT(warnings.texts(), IsEmpty());
  // By Exiv2's own reader of JPEG 2000, which ours does not use.
  const auto written =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(file.data()), static_cast<long>(file.size()));
  written->readMetadata();
  EXPECT_EQ(written->exifData()["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923");
  EXPECT_EQ(written->exifData()["Exif.Image.Orientation"].toString(), "1");
  EXPECT_EQ(written->iptcData()["Iptc.Application2.Caption"].toString(), "By the sea");
  EXPECT_EQ(written->xmpData()["Xmp.dc.source"].toString(), "Album 3");
  // And by ours, back into a JPEG.
  const Photo back = decode(file, "b.jp2", {}, warnings.sink());
  const auto jpeg = encode(back, "c.jpg", warnings.sink());
  EXPECT_THAT(warnings.texts(), IsEmpty());
  EXPECT_TRUE(std::ranges::equal(back.metadata.profile(), photo.metadata.profile()));
  const auto again =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(jpeg.data()), static_cast<long>(jpeg.size()));
  again->readMetadata();
  EXPECT_EQ(again->exifData()["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923");
  EXPECT_EQ(again->iptcData()["Iptc.Application2.Caption"].toString(), "By the sea");
  EXPECT_EQ(again->xmpData()["Xmp.dc.source"].toString(), "Album 3");
}

}  // namespace
}  // namespace colourize::photo
