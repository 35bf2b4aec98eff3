// Profiles and orientation in JPEG of inks, TIFF, WebP and PSD mean what they mean in JPEG and PNG.
#include "tests/support/profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// clang-format off
#include <cstdio>  // jpeglib.h uses FILE and size_t, and includes neither
#include <jpeglib.h>
// clang-format on

#include <cmath>
#include <cstdlib>
#include <string_view>

#include <exiv2/exiv2.hpp>

#include "engine/photo/colour_space.h"
#include "engine/photo/encode.h"
#include "engine/photo/formats/tiff_file.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A TIFF of one row, as libtiff writes it.
std::vector<std::byte> tiff_of(int photometric, int channels, std::vector<std::uint8_t> samples,
                               std::span<const std::byte> profile, bool big = false) {
  MemorySink sink;
  TiffTarget target(sink, big);
  TIFF* tiff = target.handle();
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH,
               static_cast<std::uint32_t>(samples.size() / static_cast<std::size_t>(channels)));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 1);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  if (!profile.empty())
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(profile.size()), profile.data());
  TIFFWriteScanline(tiff, samples.data(), 0, 0);
  TIFFWriteDirectory(tiff);
  target.close();
  return sink.take();
}

// The sRGB of a sample of 8 bits with a gamma of 1.0 (IEC 61966-2-1).
double srgb_of_linear(int sample) {
  const double light = sample / 255.0;
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055);
}

std::vector<std::uint8_t> levels() {
  std::vector<std::uint8_t> samples(256);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::uint8_t>(i);
  return samples;
}

TEST(TiffProfile, OfGreyIsAppliedByItsFormula) {
  const auto profile = tests::grey_profile(1);
  for (const bool big : {false, true}) {
    for (const int kind : {PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_MINISWHITE}) {
      const RecordedWarnings warnings;
      const Photo photo = decode(tiff_of(kind, 1, levels(), profile, big), "a.tif", {}, warnings.sink());
      EXPECT_THAT(warnings.texts(), ElementsAre("a.tif: its grey samples were converted by its ICC profile to sRGB"));
      for (int i = 0; i < 256; ++i) {
        const int level = kind == PHOTOMETRIC_MINISBLACK ? i : 255 - i;
        ASSERT_NEAR(tests::raster8(photo).samples[3 * static_cast<std::size_t>(i)], srgb_of_linear(level), 0.6) << i;
      }
      EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), srgb_profile()));
    }
  }
}

TEST(TiffProfile, OfAnotherSpaceStays) {
  const auto profile = tests::adobe_profile();
  for (const bool big : {false, true}) {
    const RecordedWarnings warnings;
    const auto file = tiff_of(PHOTOMETRIC_RGB, 3, {10, 200, 30, 90, 90, 90}, profile, big);
    const Photo photo = decode(file, "a.tif", {}, warnings.sink());
    EXPECT_THAT(warnings.texts(), IsEmpty());
    EXPECT_NE(photo.space, nullptr);
    EXPECT_THAT(tests::raster8(photo).samples, ElementsAre(10, 200, 30, 90, 90, 90));
    const Photo back = decode(encode(photo, "b.tif", ignore_warnings), "b.tif", {}, ignore_warnings);
    EXPECT_TRUE(std::ranges::equal(back.metadata.profile(), profile));
    EXPECT_NE(back.space, nullptr);
  }
}

// All combinations of no ink and all of it, where the profile's table has its points. Lab of 16 bits and sRGB's
// rounding move a sample by less than one.
void expect_colours_of_inks(const Photo& photo) {
  const auto& samples = tests::raster8(photo).samples;
  for (std::size_t inks = 0; inks < 16; ++inks) {
    const auto amount = [&](unsigned ink) { return (inks >> ink & 1U) != 0 ? 1.0 : 0.0; };
    const auto colour = tests::colour_of_inks(amount(0), amount(1), amount(2), amount(3));
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(samples.at(3 * inks + c), colour.at(c), 1) << inks << " " << c;
  }
  EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), srgb_profile()));
  EXPECT_EQ(photo.space, nullptr);
}

std::vector<std::uint8_t> combinations(std::uint8_t none, std::uint8_t all) {
  std::vector<std::uint8_t> samples;
  for (unsigned inks = 0; inks < 16; ++inks) {
    for (unsigned ink = 0; ink < 4; ++ink) samples.push_back((inks >> ink & 1U) != 0 ? all : none);
  }
  return samples;
}

TEST(TiffProfile, OfInksGivesTheirColours) {
  for (const bool big : {false, true}) {
    const RecordedWarnings warnings;
    const auto file = tiff_of(PHOTOMETRIC_SEPARATED, 4, combinations(0, 255), tests::inks_profile(), big);
    expect_colours_of_inks(decode(file, "a.tif", {}, warnings.sink()));
    EXPECT_THAT(warnings.texts(), ElementsAre("a.tif: its inks were converted by its ICC profile to sRGB"));
  }
  const RecordedWarnings warnings;
  const auto file = tiff_of(PHOTOMETRIC_SEPARATED, 4, {255, 0, 0, 0}, tests::grey_profile(1));
  EXPECT_THAT(tests::raster8(decode(file, "a.tif", {}, warnings.sink())).samples, ElementsAre(0, 255, 255));
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("not by an ICC profile"), HasSubstr("not for RGB")));
}

// A JPEG of 8 x 8 blocks, each of which has one value for each ink, so that nothing is lost but by rounding.
std::vector<std::byte> jpeg_of_blocks(const std::vector<std::uint8_t>& inks, const std::vector<std::byte>& profile,
                                      std::size_t part_bytes) {
  constexpr int side = 8;
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  unsigned char* memory = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): libjpeg's type
  jpeg_mem_dest(&codec, &memory, &size);
  codec.image_width = static_cast<JDIMENSION>(inks.size() / 4 * side);
  codec.image_height = side;
  codec.input_components = 4;
  codec.in_color_space = JCS_CMYK;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, 100, TRUE);
  jpeg_start_compress(&codec, TRUE);
  const std::size_t parts = (profile.size() + part_bytes - 1) / part_bytes;
  for (std::size_t part = parts; part > 0; --part) {  // in any order
    std::string data("ICC_PROFILE");
    data += '\0';
    data += static_cast<char>(part);
    data += static_cast<char>(parts);
    for (std::size_t i = (part - 1) * part_bytes; i < std::min(part * part_bytes, profile.size()); ++i) {
      data += static_cast<char>(profile[i]);
    }
    jpeg_write_marker(&codec, JPEG_APP0 + 2, reinterpret_cast<const JOCTET*>(data.data()),
                      static_cast<unsigned>(data.size()));
  }
  std::vector<JSAMPLE> row;
  for (std::size_t block = 0; block < inks.size(); block += 4) {
    for (int x = 0; x < side; ++x) row.insert(row.end(), inks.begin() + block, inks.begin() + block + 4);
  }
  for (int y = 0; y < side; ++y) {
    JSAMPROW at = row.data();
    jpeg_write_scanlines(&codec, &at, 1);
  }
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
  const auto bytes = std::as_bytes(std::span(memory, size));
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  std::free(memory);
  return file;
}

TEST(JpegProfile, OfInksGivesTheirColours) {
  constexpr std::size_t all = 60'000;
  for (const std::size_t part_bytes : {all, std::size_t{500}}) {
    const RecordedWarnings warnings;
    const Photo photo =
        decode(jpeg_of_blocks(combinations(255, 0), tests::inks_profile(), part_bytes), "a.jpg", {}, warnings.sink());
    Photo points = photo;
    Raster8 row(16, 1, 3);
    for (std::size_t block = 0; block < 16; ++block) {
      std::ranges::copy(tests::raster8(photo).row(4).subspan(3 * (8 * block + 4), 3), row.row(0).begin() + 3 * block);
    }
    points.pixels = row;
    expect_colours_of_inks(points);
    EXPECT_THAT(warnings.texts(), ElementsAre("a.jpg: its inks were converted by its ICC profile to sRGB"));
  }
  // A profile of which a part is missing is none.
  const RecordedWarnings warnings;
  auto file = jpeg_of_blocks(combinations(255, 0), tests::inks_profile(), 500);
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  file[text.find("ICC_PROFILE")] = std::byte{'X'};
  decode(file, "a.jpg", {}, warnings.sink());
  EXPECT_THAT(warnings.texts(), Contains(HasSubstr("not by an ICC profile")));
}

std::string big_endian(std::size_t value, unsigned bytes) {
  std::string text;
  for (unsigned i = bytes; i > 0; --i) text += static_cast<char>(value >> (8 * (i - 1)) & 0xFFU);
  return text;
}

// A PSD of one row (Adobe Photoshop File Formats Specification): header, no colours, one resource, no layers, raw.
std::string psd_of(unsigned mode, unsigned channels, const std::vector<std::uint8_t>& samples,
                   const std::vector<std::byte>& profile) {
  const std::size_t width = samples.size() / channels;
  std::string resource = "8BIM" + big_endian(1039, 2) + std::string(2, '\0') + big_endian(profile.size(), 4);
  for (const std::byte byte : profile) resource += static_cast<char>(byte);
  if (profile.size() % 2 != 0) resource += '\0';
  std::string file = "8BPS" + big_endian(1, 2) + std::string(6, '\0') + big_endian(channels, 2) + big_endian(1, 4) +
                     big_endian(width, 4) + big_endian(8, 2) + big_endian(mode, 2) + big_endian(0, 4) +
                     big_endian(resource.size(), 4) + resource + big_endian(0, 4) + big_endian(0, 2);
  for (unsigned channel = 0; channel < channels; ++channel) {
    for (std::size_t x = 0; x < width; ++x) file += static_cast<char>(samples[x * channels + channel]);
  }
  return file;
}

TEST(PsdProfile, IsTheOneOfItsResources) {
  constexpr unsigned grey = 1;
  constexpr unsigned rgb = 3;
  constexpr unsigned cmyk = 4;
  RecordedWarnings warnings;
  const Photo of_grey =
      decode(tests::bytes_of(psd_of(grey, 1, levels(), tests::grey_profile(1))), "a.psd", {}, warnings.sink());
  for (std::size_t i = 0; i < 256; ++i) {
    ASSERT_NEAR(tests::raster8(of_grey).samples[3 * i], srgb_of_linear(static_cast<int>(i)), 0.6) << i;
  }
  const Photo of_rgb =
      decode(tests::bytes_of(psd_of(rgb, 3, {10, 200, 30}, tests::adobe_profile())), "a.psd", {}, warnings.sink());
  EXPECT_NE(of_rgb.space, nullptr);
  EXPECT_TRUE(std::ranges::equal(of_rgb.metadata.profile(), tests::adobe_profile()));
  // Its inks are inverted.
  const std::string of_inks = psd_of(cmyk, 4, combinations(255, 0), tests::inks_profile());
  expect_colours_of_inks(decode(tests::bytes_of(of_inks), "a.psd", {}, warnings.sink()));
  EXPECT_THAT(warnings.texts(), ElementsAre("a.psd: its grey samples were converted by its ICC profile to sRGB",
                                            "a.psd: its inks were converted by its ICC profile to sRGB"));
  // A resource that ends after its file.
  const std::string whole = psd_of(grey, 1, levels(), tests::grey_profile(1));
  for (std::size_t length = 26; length < whole.size(); length += 7) tests::refusal(whole.substr(0, length), "a.psd");
}

TEST(WebPProfile, OfGreyIsAppliedByItsFormula) {
  if (output_format("a.webp") == nullptr) GTEST_SKIP() << "this build has no WebP";
  Raster8 raster(256, 8, 4);
  for (std::size_t i = 0; i < raster.samples.size(); ++i) {
    raster.samples[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 255 - i / 4 % 7 : i / 4 % 256);
  }
  for (const bool lossless : {false, true}) {
    const auto file = encode({raster, {}}, "a.webp", ignore_warnings, {.webp_lossless = lossless});
    const Raster8 plain = tests::raster8(decode(file, "a.webp", {}, ignore_warnings));
    const auto described =
        Metadata().with_profile(tests::grey_profile(1)).attach(file, 256, 8, "a.webp", ignore_warnings);
    const RecordedWarnings warnings;
    const Photo photo = decode(described, "a.webp", {}, warnings.sink());
    EXPECT_THAT(warnings.texts(), ElementsAre("a.webp: its grey samples were converted by its ICC profile to sRGB"));
    const auto& samples = tests::raster8(photo).samples;
    ASSERT_EQ(samples.size(), plain.samples.size());
    bool tinted = false;
    for (std::size_t i = 0; i < samples.size(); i += 4) {
      tinted = tinted || plain.samples[i] != plain.samples[i + 1];
      for (std::size_t c = 0; c < 3; ++c) ASSERT_NEAR(samples[i + c], srgb_of_linear(plain.samples[i]), 0.6) << i;
      ASSERT_EQ(samples[i + 3], plain.samples[i + 3]);
    }
    EXPECT_EQ(tinted, !lossless) << "the case that as_grey() in decode.cpp is about";
    EXPECT_TRUE(std::ranges::equal(photo.metadata.profile(), srgb_profile()));
  }
}

TEST(WebPProfile, OfGreyInAColouredPictureIsLeftOutAndOneOfRgbStays) {
  if (output_format("a.webp") == nullptr) GTEST_SKIP() << "this build has no WebP";
  Raster8 raster(2, 1, 3);
  raster.samples = {90, 90, 90, 90, 88, 90};
  const auto file = encode({raster, {}}, "a.webp", ignore_warnings, {.webp_lossless = true});
  const RecordedWarnings warnings;
  const auto with = [&](const std::vector<std::byte>& profile) {
    const auto described = Metadata().with_profile(profile).attach(file, 2, 1, "a.webp", ignore_warnings);
    return decode(described, "a.webp", {}, warnings.sink());
  };
  EXPECT_EQ(tests::raster8(with(tests::grey_profile(1))).samples, raster.samples);
  EXPECT_THAT(warnings.texts(), ElementsAre("a.webp: its ICC profile is not for RGB and is left out"));
  const Photo wide = with(tests::adobe_profile());
  EXPECT_NE(wide.space, nullptr);
  EXPECT_EQ(tests::raster8(wide).samples, raster.samples);
  EXPECT_TRUE(std::ranges::equal(wide.metadata.profile(), tests::adobe_profile()));
  EXPECT_EQ(warnings.texts().size(), 1U);
}

// The file with this as its whole XMP.
std::vector<std::byte> with_xmp(const std::vector<std::byte>& file, const std::string& packet) {
  const auto image = Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(file.data()),  // NOLINT
                                               static_cast<long>(file.size()));                    // NOLINT
  image->readMetadata();
  Exiv2::XmpParser::decode(image->xmpData(), packet);
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  std::vector<std::byte> result(static_cast<std::size_t>(io.size()));
  io.seek(0, Exiv2::BasicIo::beg);
  io.read(reinterpret_cast<Exiv2::byte*>(result.data()), static_cast<long>(result.size()));  // NOLINT
  return result;
}

TEST(XmpOrientation, HoldsInTiffAndWebP) {
  const std::string packet =
      "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
      "<rdf:Description rdf:about='' xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'/>"
      "</rdf:RDF></x:xmpmeta>";
  std::vector<std::pair<std::string, std::vector<std::byte>>> files{
      {"a.tif", tiff_of(PHOTOMETRIC_MINISBLACK, 1, {10, 90}, {})}};
  if (output_format("a.webp") != nullptr) {
    files.emplace_back("a.webp", encode({Raster8(2, 1, 3), {}}, "a.webp", ignore_warnings));
  }
  for (const auto& [name, file] : files) {
    EXPECT_EQ(decode(file, name, {}, ignore_warnings).width(), 2) << name;
    const Photo photo = decode(with_xmp(file, packet), name, {}, ignore_warnings);
    EXPECT_EQ(photo.width(), 1) << name;
    EXPECT_EQ(photo.height(), 2) << name;
    const Photo back = decode(encode(photo, name, ignore_warnings), name, {}, ignore_warnings);
    EXPECT_EQ(back.height(), 2) << name;
  }
}

TEST(Texts, ThatAFormatDoesNotGetAreNamed) {
  Photo photo{Raster8(2, 1, 3), {}};
  photo.texts = {{Text::Kind::png, std::string("Title\0a", 7)},
                 {Text::Kind::jpeg_comment, "b"},
                 {Text::Kind::png, std::string("Title\0c", 7)},
                 {Text::Kind::xmp, "<x"}};
  const RecordedWarnings warnings;
  encode(photo, "a.tif", warnings.sink());
  EXPECT_THAT(warnings.texts(),
              ElementsAre("a.tif: these texts of the source are not carried over to TIFF: Title, a comment and XMP"));
}

}  // namespace
}  // namespace colourize::photo
