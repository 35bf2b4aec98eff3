// The size at which a picture is printed: as each format's specification stores it, in and out.
#include "engine/photo/density.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>

#include "engine/photo/colourize.h"
#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "engine/photo/formats/stored_density.h"
#include "tests/support/files.h"
#include "tests/support/golden.h"

namespace colourize::photo {
namespace {

using Unit = Density::Unit;
using tests::bytes_of;

const std::string corpus = tests::folder + "fuzz/corpus/picture/";

constexpr double per_inch(double number) {
  return number / 0.0254;
}

std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
  return text;
}

void expect_density(const std::optional<Density>& actual, double horizontal, double vertical, Unit unit) {
  ASSERT_TRUE(actual.has_value());
  EXPECT_NEAR(actual->horizontal, horizontal, 1e-6 * horizontal);
  EXPECT_NEAR(actual->vertical, vertical, 1e-6 * vertical);
  EXPECT_EQ(actual->unit, unit);
}

Photo small(const std::optional<Density>& density) {
  return {Raster8(4, 2, 3), {}, {}, density};
}
std::string encoded(const std::optional<Density>& density, const std::string& name) {
  const auto bytes = encode(small(density), name, ignore_warnings);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::optional<Density> decoded(const std::string& file, const std::string& name) {
  return decode(bytes_of(file), name, {}, ignore_warnings).density;
}

// JFIF's unit, and its numbers along a row and a column (ITU T.871, 10.1), which follow a mark of 13 bytes.
std::string jfif(int unit, std::uint32_t x, std::uint32_t y) {
  return static_cast<char>(unit) + big_endian(x, 2) + big_endian(y, 2);
}
std::string jfif_of(const std::optional<Density>& density) {
  return encoded(density, "a.jpg").substr(13, 5);
}
std::string with_jfif(int unit, std::uint32_t x, std::uint32_t y) {
  std::string file = encoded({}, "a.jpg");
  return file.replace(13, 5, jfif(unit, x, y));
}

TEST(DensityOfJpeg, IsReadInItsUnits) {
  expect_density(decoded(with_jfif(1, 600, 300), "a.jpg"), per_inch(600), per_inch(300), Unit::metre);
  expect_density(decoded(with_jfif(2, 236, 118), "a.jpg"), 23600, 11800, Unit::metre);
  expect_density(decoded(with_jfif(0, 4, 3), "a.jpg"), 4, 3, Unit::none);
  for (const std::string& file :
       {with_jfif(0, 1, 1), with_jfif(0, 72, 72), with_jfif(1, 0, 300), with_jfif(1, 300, 0), with_jfif(3, 300, 300)}) {
    EXPECT_FALSE(decoded(file, "a.jpg").has_value());
  }
}

TEST(DensityOfJpeg, IsWrittenInTheUnitInWhichItIsWhole) {
  EXPECT_EQ(jfif_of({}), jfif(0, 1, 1));
  EXPECT_EQ(jfif_of(Density{per_inch(600), per_inch(1200), Unit::metre}), jfif(1, 600, 1200));
  EXPECT_EQ(jfif_of(Density{23622, 23622, Unit::metre}), jfif(1, 600, 600)) << "as a PNG holds 600 for an inch";
  EXPECT_EQ(jfif_of(Density{23600, 11800, Unit::metre}), jfif(2, 236, 118));
  EXPECT_EQ(jfif_of(Density{4, 3, Unit::none}), jfif(0, 4, 3));
  EXPECT_EQ(jfif_of(Density{12345, 12345, Unit::metre}), jfif(1, 314, 314)) << "whole in neither: to the nearest";
  EXPECT_EQ(jfif_of(Density{1e9, 1, Unit::metre}), jfif(1, 65535, 1));
}

// Orientation 6 turns it: what was along a row is along a column.
TEST(DensityOfJpeg, TurnsWithThePicture) {
  std::string file = tests::read_file(corpus + "rgb.jpg");
  const std::size_t mark = file.find("JFIF");
  ASSERT_NE(mark, std::string::npos);
  file.replace(mark + 7, 5, jfif(1, 100, 200));
  expect_density(decoded(file, "rgb.jpg"), per_inch(200), per_inch(100), Unit::metre);
}

// The chunk pHYs (PNG, 11.3.4.3).
TEST(DensityOfPng, IsItsChunk) {
  EXPECT_EQ(encoded({}, "a.png").find("pHYs"), std::string::npos);
  const std::string file = encoded(Density{per_inch(600), per_inch(300), Unit::metre}, "a.png");
  const std::size_t at = file.find("pHYs");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(file.substr(at + 4, 9), big_endian(23622, 4) + big_endian(11811, 4) + '\1');
  expect_density(decoded(file, "a.png"), 23622, 11811, Unit::metre);
  const std::string proportion = encoded(Density{4, 3, Unit::none}, "a.png");
  EXPECT_EQ(proportion.substr(proportion.find("pHYs") + 4, 9), big_endian(4, 4) + big_endian(3, 4) + '\0');
  expect_density(decoded(proportion, "a.png"), 4, 3, Unit::none);
  // A unit that there is not, no pixels, and a chunk that is too short, after a header of 33 bytes.
  const std::string plain = encoded({}, "a.png");
  for (const std::string& data :
       {big_endian(4, 4) + big_endian(3, 4) + '\2', big_endian(0, 4) + big_endian(3, 4) + '\1',
        big_endian(4, 4) + big_endian(0, 4) + '\1', big_endian(4, 4) + big_endian(3, 4)}) {
    std::string odd = plain;
    odd.insert(33, big_endian(static_cast<std::uint32_t>(data.size()), 4) + "pHYs" + data + "sum?");
    EXPECT_FALSE(decoded(odd, "a.png").has_value());
  }
}

TEST(DensityOfBmp, IsInItsHeader) {
  std::string file = tests::read_file(corpus + "rgb.bmp");
  const auto with = [&](const std::string& horizontal, const std::string& vertical) {
    std::string changed = file;
    return bytes_of(changed.replace(38, 4, horizontal).replace(42, 4, vertical));
  };
  const std::string some("\x46\x5c\0\0", 4);   // 23622, the lowest byte first
  const std::string other("\x23\x2e\0\0", 4);  // 11811
  const std::string negative("\xff\xff\xff\xff", 4);
  const std::string zero(4, '\0');
  expect_density(bmp_density(with(some, other)), 23622, 11811, Unit::metre);
  expect_density(decode(with(some, other), "a.bmp", {}, ignore_warnings).density, 23622, 11811, Unit::metre);
  EXPECT_FALSE(bmp_density(with(negative, some)).has_value());
  EXPECT_FALSE(bmp_density(with(zero, some)).has_value());
  EXPECT_FALSE(bmp_density(with(some, zero)).has_value());
  const auto sound = with(some, some);
  EXPECT_FALSE(bmp_density(std::span(sound).first(45)).has_value());
  file[14] = 12;  // OS/2's header
  EXPECT_FALSE(bmp_density(with(some, some)).has_value());
}

// A PSD of 2 x 1 pixels, stored plane by plane without compression, with these image resources.
std::string psd(int channels, int bits, const std::string& resources, const std::string& planes) {
  return "8BPS" + big_endian(1, 2) + std::string(6, '\0') + big_endian(static_cast<std::uint32_t>(channels), 2) +
         big_endian(1, 4) + big_endian(2, 4) + big_endian(static_cast<std::uint32_t>(bits), 2) + big_endian(3, 2) +
         big_endian(0, 4) + big_endian(static_cast<std::uint32_t>(resources.size()), 4) + resources + big_endian(0, 4) +
         big_endian(0, 2) + planes;
}
std::string resource(std::uint32_t number, const std::string& data) {
  return "8BIM" + big_endian(number, 2) + std::string(2, '\0') +
         big_endian(static_cast<std::uint32_t>(data.size()), 4) + data + std::string(data.size() % 2, '\0');
}
std::string resolution(std::uint32_t horizontal, std::uint32_t vertical) {
  const auto of = [](std::uint32_t number) {
    return big_endian(number << 16U, 4) + big_endian(1, 2) + big_endian(1, 2);
  };
  return resource(1005, of(horizontal) + of(vertical));
}

TEST(DensityOfPsd, IsAmongItsResources) {
  const std::string planes = "rRgGbB";
  // A resource with a name of three letters, and its length before them.
  const std::string named = "8BIM" + big_endian(1001, 2) + "\3abc" + big_endian(2, 4) + "ab";
  const std::string file = psd(3, 8, resource(1000, "odd") + named + resolution(600, 300), planes);
  expect_density(psd_density(bytes_of(file)), per_inch(600), per_inch(300), Unit::metre);
  expect_density(decode(bytes_of(file), "a.psd", {}, ignore_warnings).density, per_inch(600), per_inch(300),
                 Unit::metre);
  EXPECT_FALSE(psd_density(bytes_of(psd(3, 8, resource(1000, "odd"), planes))).has_value());
  EXPECT_FALSE(psd_density(bytes_of(psd(3, 8, resolution(0, 300), planes))).has_value());
  // Wherever it ends, and with a length that leads out of it.
  const auto bytes = bytes_of(file);
  const std::size_t whole = file.find(big_endian(300, 2), 30) + 4;
  for (std::size_t size = 0; size < whole; ++size) EXPECT_FALSE(psd_density(std::span(bytes).first(size)).has_value());
  std::string endless = file;
  endless.replace(endless.find("8BIM") + 8, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(psd_density(bytes_of(endless)).has_value());
}

// stb_image says that it has 8 bits and alpha.
TEST(Psd, KeepsItsDepthAndHasNoAlphaThatItLacks) {
  const std::string planes = "\x12\x34\x56\x78\x9a\xbc\xde\xf0\x01\x02\x03\x04";  // two of red, of green, of blue
  const Photo photo = decode(bytes_of(psd(3, 16, {}, planes)), "a.psd", {}, ignore_warnings);
  ASSERT_EQ(photo.bits(), 16);
  EXPECT_EQ(std::get<Raster16>(photo.pixels).samples,
            (std::vector<std::uint16_t>{0x1234, 0x9abc, 0x0102, 0x5678, 0xdef0, 0x0304}));
  const Photo eight = decode(bytes_of(psd(3, 8, {}, "rRgGbB")), "a.psd", {}, ignore_warnings);
  EXPECT_EQ(std::get<Raster8>(eight.pixels).samples, (std::vector<std::uint8_t>{'r', 'g', 'b', 'R', 'G', 'B'}));
  const Photo with_alpha =
      decode(bytes_of(psd(4, 8, {}, std::string("rRgGbB\xff\xff", 8))), "a.psd", {}, ignore_warnings);
  EXPECT_EQ(with_alpha.channels(), 4);
}

TEST(Density, StaysThroughAllWaysOfColouring) {
  const Generator lite = build_generator(weights::Weights::builtin());
  session::Session session(lite, {.devices = {"cpu"}, .render_factor = 8}, ignore_warnings);
  const Photo photo = small(Density{per_inch(600), per_inch(300), Unit::metre});
  for (const Photo& coloured :
       {colourize(photo, session), colourize_exactly(photo, session), side_by_side(photo, colourize(photo, session))}) {
    expect_density(coloured.density, per_inch(600), per_inch(300), Unit::metre);
  }
}

}  // namespace
}  // namespace colourize::photo
