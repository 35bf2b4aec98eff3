// TIFFs of every kind, against Pillow, tifffile and libtiff's tools (tests/fuzz/tiff_corpus.py), damaged ones, and what
// is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include <exiv2/exiv2.hpp>

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

std::vector<std::byte> file_of(const std::string& name) {
  return tests::bytes_of(tests::read_file(corpus + name));
}
std::vector<std::string> warnings_of(const std::string& name) {
  const RecordedWarnings warnings;
  decode(file_of(name), "a.tif", {}, warnings.sink());
  return warnings.texts();
}

// As the file stores it, not turned, grey in one channel.
StoredPicture stored(const std::string& name) {
  return recognise(file_of(name), "a.tif").load(file_of(name), "a.tif", Damage::refuse, ignore_warnings);
}

template <typename Sample>
void expect_samples(const Raster<Sample>& raster, const tests::GoldenFile& golden, const std::string& name) {
  const auto& shape = golden.shape(name);
  ASSERT_EQ(raster.height, shape[0]) << name;
  ASSERT_EQ(raster.width, shape[1]) << name;
  ASSERT_EQ(raster.channels, shape[2]) << name;
  ASSERT_EQ(golden.bytes(name).size(), raster.samples.size() * sizeof(Sample)) << name;
  std::vector<Sample> expected(raster.samples.size());
  std::memcpy(expected.data(), golden.bytes(name).data(), golden.bytes(name).size());
  EXPECT_EQ(raster.samples, expected) << name;
}

TEST(Tiff, OfEveryKindHasTheSamplesThatOtherProgramsRead) {
  const tests::GoldenFile golden("tiff");
  EXPECT_EQ(golden.names().size(), 42U);
  for (const std::string& name : golden.names()) {
    std::visit([&](const auto& raster) { expect_samples(raster, golden, name); }, stored(name).pixels);
  }
}

TEST(Tiff, IsTurnedAsItsDirectorySays) {
  const Photo photo = decode(file_of("tiff-turned.tif"), "a.tif", {}, ignore_warnings);
  EXPECT_EQ(photo.width(), 9);
  EXPECT_EQ(photo.height(), 13);
  // Orientation 6: the stored picture's first row is the right column.
  const StoredPicture lying = stored("tiff-turned.tif");
  EXPECT_EQ(tests::raster8(photo).row(0)[3 * 8], std::get<Raster8>(lying.pixels).row(0)[0]);
  EXPECT_EQ(tests::raster8(photo).row(12)[3 * 8], std::get<Raster8>(lying.pixels).row(0)[3 * 12]);
}

TEST(Tiff, SaysWhatItConvertsAndLeavesOut) {
  EXPECT_THAT(warnings_of("tiff-rgb.tif"), IsEmpty());
  EXPECT_THAT(warnings_of("tiff-1bit.tif"), IsEmpty());
  EXPECT_THAT(warnings_of("tiff-pages.tif"), ElementsAre("a.tif: has 2 pages, of which the first one is read"));
  EXPECT_THAT(warnings_of("tiff-further.tif"), ElementsAre("a.tif: 1 further channel is left out"));
  EXPECT_THAT(warnings_of("tiff-signed16.tif"), ElementsAre(HasSubstr("those below 0 become black")));
  EXPECT_THAT(warnings_of("tiff-grey32.tif"), ElementsAre(HasSubstr("32 bits are rounded to 16")));
  EXPECT_THAT(warnings_of("tiff-cmyk8.tif"), ElementsAre(HasSubstr("not by an ICC profile")));
  EXPECT_THAT(warnings_of("tiff-float32.tif"), ElementsAre(HasSubstr("with 1 as white")));
}

TEST(Tiff, IsRefusedWhereItEndsEarly) {
  const tests::GoldenFile golden("tiff");
  for (const std::string& name : golden.names()) {
    const std::string whole = tests::read_file(corpus + name);
    if (name == "tiff-pages.tif") continue;  // the end is another page's
    for (std::size_t eighths = 0; eighths < 8; ++eighths) {
      const std::string sentence = tests::refusal(whole.substr(0, whole.size() * eighths / 8), "a.tif");
      EXPECT_NE(sentence, "no error") << name << " cut to " << eighths << "/8";
    }
  }
}

// Its strips of 4 rows follow one another.
TEST(Tiff, CutShortIsSalvagedUpToTheDamage) {
  const std::string whole = tests::read_file(corpus + "tiff-lzw.tif");
  const std::string cut = whole.substr(0, whole.size() * 3 / 4);
  const auto error = tests::error_of(cut, "a.tif");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::incomplete) << error->what();
  const Photo photo = tests::salvaged(cut, "a.tif");
  ASSERT_TRUE(photo.salvage);
  const int sound = 27 - photo.salvage->missing_rows;
  // Three quarters of 27 rows, and at most one strip less.
  EXPECT_GE(sound, 16);
  EXPECT_LE(sound, 20);
  const Photo sound_photo = decode(tests::bytes_of(whole), "a.tif", {}, ignore_warnings);
  for (int y = 0; y < 27; ++y) {
    for (std::size_t i = 0; i < tests::raster8(photo).row_samples(); ++i) {
      const int expected = y < sound ? tests::raster8(sound_photo).row(y)[i] : 128;
      ASSERT_EQ(tests::raster8(photo).row(y)[i], expected) << y;
    }
  }
}

// A directory's entry: a tag, a type, a count of 4 bytes, a value of 4 bytes; little-endian here.
std::string with_tag(std::string tiff, unsigned tag, std::uint32_t value) {
  const auto number = [&](std::size_t at, int bytes) {
    std::uint32_t result = 0;
    for (int i = bytes - 1; i >= 0; --i) {
      result = result << 8U | static_cast<unsigned char>(tiff.at(at + static_cast<std::size_t>(i)));
    }
    return result;
  };
  const std::size_t directory = number(4, 4);
  for (std::size_t i = 0; i < number(directory, 2); ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (number(entry, 2) != tag) continue;
    for (unsigned byte = 0; byte < 4; ++byte) {
      tiff.at(entry + 8 + byte) = static_cast<char>(value >> (8 * byte) & 0xFFU);
    }
    return tiff;
  }
  ADD_FAILURE() << "no tag " << tag;
  return tiff;
}

TEST(Tiff, IsRefusedForItsSizeBeforeMemoryIsTaken) {
  const std::string sound = tests::read_file(corpus + "tiff-rgb.tif");
  const auto error = tests::error_of(with_tag(with_tag(sound, 256, 65000), 257, 65000), "a.tif");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), ErrorKind::too_large);
  EXPECT_THAT(error->what(), HasSubstr("65000 x 65000"));
  // A strip that states more rows than there are, and tiles that nobody writes.
  EXPECT_EQ(tests::refusal(with_tag(sound, 278, 2'000'000'000), "a.tif"), "no error");
  const std::string tiles = tests::read_file(corpus + "tiff-rgb-tiles.tif");
  EXPECT_THAT(tests::refusal(with_tag(with_tag(tiles, 322, 60'000), 323, 60'000), "a.tif"),
              HasSubstr("impossible tiles"));
}

// libjpeg would go on with grey, and only warn.
TEST(Tiff, WhoseJpegEndsEarlyIsDamaged) {
  std::string tiff = tests::read_file(corpus + "tiff-jpeg-ycbcr.tif");
  const std::size_t scan = tiff.rfind("\xFF\xDA");
  ASSERT_NE(scan, std::string::npos);
  tiff.replace(scan + 40, 2, "\xFF\xD9");
  EXPECT_THAT(tests::refusal(tiff, "a.tif"), HasSubstr("is a TIFF that is damaged or truncated"));
}

TEST(Tiff, OfAKindThatIsNotReadIsNotCalledDamaged) {
  const std::string sound = tests::read_file(corpus + "tiff-rgb.tif");
  const auto expect_unsupported = [&](unsigned tag, std::uint32_t value, const char* words) {
    const auto error = tests::error_of(with_tag(sound, tag, value), "a.tif");
    ASSERT_TRUE(error) << tag;
    EXPECT_EQ(error->kind(), ErrorKind::unsupported) << error->what();
    EXPECT_THAT(error->what(), HasSubstr(words));
  };
  expect_unsupported(259, 12345, "in a compression that cannot be read here (number 12345)");
  expect_unsupported(262, 32803, "is a camera's raw file");
  expect_unsupported(262, 777, "of an unknown kind (777)");
  EXPECT_THAT(tests::refusal(with_tag(sound, 262, 5), "a.tif"), HasSubstr("impossible header"));  // three inks
}

template <typename Sample>
Photo ramp(int width, int height, int channels) {
  Raster<Sample> raster(width, height, channels);
  unsigned value = 1;
  for (Sample& sample : raster.samples) sample = static_cast<Sample>((value = value * 1103515245U + 12345U) >> 8U);
  return {raster, {}};
}

Exiv2::ExifData exif_of(std::span<const std::byte> file) {
  const auto image =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(file.data()), static_cast<long>(file.size()));
  image->readMetadata();
  return image->exifData();
}
std::string tag_of(std::span<const std::byte> file, const std::string& name) {
  const Exiv2::ExifData exif = exif_of(file);
  const auto found = exif.findKey(Exiv2::ExifKey("Exif.Image." + name));
  return found == exif.end() ? "none" : found->toString();
}

template <typename Sample>
void expect_round_trip(int channels, TiffCompression compression, const std::string& tag) {
  const Photo photo = ramp<Sample>(130, 700, channels);
  const auto file = encode(photo, "a.tif", ignore_warnings, {.tiff_compression = compression});
  EXPECT_EQ(tag_of(file, "Compression"), tag);
  EXPECT_EQ(tag_of(file, "Predictor"), compression == TiffCompression::none ? "none" : "2");
  const RecordedWarnings warnings;
  const Photo back = decode(file, "a.tif", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), IsEmpty());
  ASSERT_EQ(back.channels(), channels);
  ASSERT_EQ(back.bits(), photo.bits());
  EXPECT_EQ(std::get<Raster<Sample>>(back.pixels).samples, std::get<Raster<Sample>>(photo.pixels).samples);
}

// TIFF 6.0 and its supplement 2: 1 is none, 5 LZW, 8 Deflate.
TEST(EncodeTiff, KeepsEverySampleInEachCompression) {
  for (const auto& [compression, tag] :
       {std::pair(TiffCompression::none, "1"), {TiffCompression::lzw, "5"}, {TiffCompression::deflate, "8"}}) {
    for (const int channels : {3, 4}) {
      expect_round_trip<std::uint8_t>(channels, compression, tag);
      expect_round_trip<std::uint16_t>(channels, compression, tag);
    }
  }
  EXPECT_EQ(tag_of(encode(ramp<std::uint8_t>(2, 2, 3), "a.tiff", ignore_warnings), "Compression"), "8");
}

TEST(EncodeTiff, GivesTheSameBytesEachTime) {
  const Photo photo = ramp<std::uint16_t>(50, 40, 3);
  EXPECT_EQ(encode(photo, "a.tif", ignore_warnings), encode(photo, "a.tif", ignore_warnings));
}

TEST(EncodeTiff, CarriesMetadataOver) {
  Photo photo = decode(tests::pictures + "described.jpg", {}, ignore_warnings);
  const auto file = encode(photo, "a.tif", ignore_warnings);
  EXPECT_EQ(tag_of(file, "ImageDescription"), "Grandmother, 1923");
  EXPECT_EQ(tag_of(file, "Orientation"), "1");
  EXPECT_EQ(exif_of(file)["Exif.Photo.PixelXDimension"].toString(), "5");
  EXPECT_EQ(tag_of(file, "ImageWidth"), "5");
  const auto profile_of = [](std::span<const std::byte> bytes) {
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(bytes.data()), static_cast<long>(bytes.size()));
    image->readMetadata();
    return image->iccProfileDefined();
  };
  EXPECT_TRUE(profile_of(file));
  const Photo back = decode(file, "a.tif", {}, ignore_warnings);
  EXPECT_EQ(tests::raster8(back).samples, tests::raster8(photo).samples);
  // And on into a PNG and a JPEG: what described the TIFF's own strips does not describe these.
  for (const char* name : {"b.png", "b.jpg"}) {
    const auto further = encode(back, name, ignore_warnings);
    EXPECT_EQ(tag_of(further, "ImageDescription"), "Grandmother, 1923") << name;
    EXPECT_TRUE(profile_of(further)) << name;
    for (const char* tag : {"StripOffsets", "StripByteCounts", "RowsPerStrip", "Compression", "ImageWidth", "Predictor",
                            "BitsPerSample", "SamplesPerPixel", "InterColorProfile"}) {
      EXPECT_EQ(tag_of(further, tag), "none") << name << " " << tag;
    }
    EXPECT_EQ(exif_of(further)["Exif.Photo.PixelXDimension"].toString(), "5") << name;
  }
}

TEST(EncodeTiff, CarriesIptcAndXmpOver) {
  Photo photo = decode(tests::jpeg_with_iptc_and_xmp(), "a.jpg", {}, ignore_warnings);
  for (const char* name : {"b.tif", "c.tif", "d.jpg"}) {
    const auto file = encode(photo, name, ignore_warnings);
    const auto written =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(file.data()), static_cast<long>(file.size()));
    written->readMetadata();
    EXPECT_EQ(written->iptcData()["Iptc.Application2.Caption"].toString(), "By the sea") << name;
    EXPECT_EQ(written->xmpData()["Xmp.dc.source"].toString(), "Album 3") << name;
    photo = decode(file, name, {}, ignore_warnings);
  }
}

// TIFF 6.0: XResolution and YResolution for ResolutionUnit 1 (none), 2 (inch), 3 (centimetre).
TEST(EncodeTiff, StatesThePrintSize) {
  const auto written = [](const std::optional<Density>& density) {
    const auto file = encode({Raster8(4, 2, 3), {}, {}, density}, "a.tif", ignore_warnings);
    return tag_of(file, "XResolution") + " " + tag_of(file, "YResolution") + " " + tag_of(file, "ResolutionUnit");
  };
  EXPECT_EQ(written({}), "none none none");
  EXPECT_EQ(written(Density{600 / 0.0254, 1200 / 0.0254, Density::Unit::metre}), "600/1 1200/1 2");
  EXPECT_EQ(written(Density{23622, 23622, Density::Unit::metre}), "600/1 600/1 2") << "as a PNG holds 600 for an inch";
  EXPECT_EQ(written(Density{23600, 11800, Density::Unit::metre}), "236/1 118/1 3");
  EXPECT_EQ(written(Density{4, 3, Density::Unit::none}), "4/1 3/1 1");
  for (const Density& density : {Density{23600, 11800, Density::Unit::metre},
                                 {4, 3, Density::Unit::none},
                                 {600 / 0.0254, 300 / 0.0254, Density::Unit::metre}}) {
    const auto file = encode({Raster8(4, 2, 3), {}, {}, density}, "a.tif", ignore_warnings);
    const auto back = decode(file, "a.tif", {}, ignore_warnings).density;
    ASSERT_TRUE(back);
    EXPECT_NEAR(back->horizontal, density.horizontal, 1e-6 * density.horizontal);
    EXPECT_NEAR(back->vertical, density.vertical, 1e-6 * density.vertical);
    EXPECT_EQ(back->unit, density.unit);
  }
}

}  // namespace
}  // namespace colourize::photo
