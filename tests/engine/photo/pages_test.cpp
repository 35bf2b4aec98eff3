// Files of several pages: each page comes through, and nothing of one gets into another.
#include "engine/photo/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exiv2/exiv2.hpp>

#include "engine/photo/formats/tiff_pages.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"
#include "tests/support/profiles.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::corpus;

template <typename Sample>
Photo ramp(int width, int height, int channels, const std::optional<Density>& density) {
  Raster<Sample> raster(width, height, channels);
  auto value = static_cast<unsigned>(width);
  for (Sample& sample : raster.samples) sample = static_cast<Sample>((value = value * 1103515245U + 12345U) >> 8U);
  return {raster, {}, {}, density};
}

// Pages joined as rewrite() does it, from save()'s bytes.
std::string joined(const std::vector<std::vector<std::byte>>& pages) {
  std::string file;
  std::uint64_t link = 0;
  for (const auto& page : pages) {
    if (file.size() % 2 != 0) file += '\0';
    const PlacedPage placed = place_tiff_page(page, file.size(), "a.tif");
    file.append(reinterpret_cast<const char*>(placed.bytes.data()), placed.bytes.size());
    for (unsigned i = 0; link > 0 && i < 4; ++i) {
      file[link + i] = static_cast<char>(placed.directory >> (8 * i) & 0xFFU);
    }
    link = placed.link;
  }
  return file;
}

std::vector<Photo> pages_of(const std::string& content) {
  const auto file = tests::bytes_of(content);
  std::vector<Photo> pages;
  for (int i = 0; i < count_tiff_pages(file); ++i) {
    const RecordedWarnings warnings;
    pages.push_back(decode(tiff_page(file, i, "a.tif"), "a.tif", {}, warnings.sink()));
    EXPECT_THAT(warnings.texts(), IsEmpty());
  }
  return pages;
}

TEST(Pages, ComeBackWithTheirOwnSamplesAndPrintSizes) {
  for (const TiffCompression compression : {TiffCompression::none, TiffCompression::lzw, TiffCompression::deflate}) {
    const std::vector<Photo> photos{
        ramp<std::uint8_t>(31, 17, 3, Density{600 / 0.0254, 600 / 0.0254, Density::Unit::metre}),
        ramp<std::uint16_t>(300, 900, 4, std::nullopt),  // of several strips
        ramp<std::uint8_t>(1, 1, 3, Density{4, 3, Density::Unit::none})};
    std::vector<std::vector<std::byte>> files;
    files.reserve(photos.size());
    for (const Photo& photo : photos) {
      files.push_back(encode(photo, "a.tif", ignore_warnings, {.tiff_compression = compression}));
    }
    const std::vector<Photo> back = pages_of(joined(files));
    ASSERT_EQ(back.size(), photos.size());
    for (std::size_t i = 0; i < photos.size(); ++i) {
      EXPECT_EQ(back[i].width(), photos[i].width()) << i;
      std::visit(
          [&](const auto& raster) {
            EXPECT_EQ(std::get<std::decay_t<decltype(raster)>>(back[i].pixels).samples, raster.samples) << i;
          },
          photos[i].pixels);
      ASSERT_EQ(back[i].density.has_value(), photos[i].density.has_value()) << i;
      if (!photos[i].density) continue;
      EXPECT_NEAR(back[i].density->horizontal, photos[i].density->horizontal, 0.01) << i;
    }
  }
}

// With a time and a place, which lie outside of Exif's own directories.
Photo described_photo() {
  const auto jpeg = tests::read_file(tests::pictures + "described.jpg");
  const auto image =
      Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(jpeg.data()), static_cast<long>(jpeg.size()));
  image->readMetadata();
  image->exifData()["Exif.Photo.DateTimeOriginal"] = "1923:05:01 10:20:30";
  image->exifData()["Exif.GPSInfo.GPSLatitude"] = "48/1 8/1 15/1";
  image->writeMetadata();
  Exiv2::BasicIo& io = image->io();
  std::string file(static_cast<std::size_t>(io.size()), '\0');
  io.seek(0, Exiv2::BasicIo::beg);
  io.read(reinterpret_cast<Exiv2::byte*>(file.data()), static_cast<long>(file.size()));
  return decode(tests::bytes_of(file), "a.jpg", {}, ignore_warnings);
}

// Exif's own directories lie outside of the first one, and are moved with it.
TEST(Pages, KeepTheirOwnMetadata) {
  const Photo described = described_photo();
  const auto file = encode(described, "a.tif", ignore_warnings);
  const auto plain = encode(ramp<std::uint8_t>(5, 4, 3, std::nullopt), "a.tif", ignore_warnings);
  const std::vector<Photo> back = pages_of(joined({plain, file, plain, file}));
  ASSERT_EQ(back.size(), 4U);
  for (std::size_t i = 0; i < back.size(); ++i) {
    const auto png = encode(back[i], "a.png", ignore_warnings);
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(png.data()), static_cast<long>(png.size()));
    image->readMetadata();
    EXPECT_EQ(image->iccProfileDefined(), i % 2 == 1) << i;
    Exiv2::ExifData& exif = image->exifData();
    if (i % 2 == 0) {
      EXPECT_EQ(exif.findKey(Exiv2::ExifKey("Exif.Image.ImageDescription")), exif.end()) << i;
      continue;
    }
    EXPECT_EQ(exif["Exif.Image.ImageDescription"].toString(), "Grandmother, 1923") << i;
    EXPECT_EQ(exif["Exif.Photo.PixelXDimension"].toString(), "5") << i;
    EXPECT_EQ(exif["Exif.Photo.DateTimeOriginal"].toString(), "1923:05:01 10:20:30") << i;
    EXPECT_EQ(exif["Exif.GPSInfo.GPSLatitude"].toString(), "48/1 8/1 15/1") << i;
    EXPECT_EQ(tests::raster8(back[i]).samples, tests::raster8(described).samples) << i;
  }
}

TEST(Pages, AreTakenApartWithoutPreviews) {
  const auto file = tests::bytes_of(tests::read_file(corpus + "tiff-pages.tif"));
  EXPECT_EQ(count_tiff_pages(file), 2);
  const Photo first = decode(tiff_page(file, 0, "a.tif"), "a.tif", {}, ignore_warnings);
  const Photo second = decode(tiff_page(file, 1, "a.tif"), "a.tif", {}, ignore_warnings);
  EXPECT_EQ(first.bits(), 8);
  EXPECT_EQ(first.width(), 13);
  EXPECT_EQ(second.bits(), 16);
  EXPECT_EQ(second.width(), 13);
  EXPECT_THROW(tiff_page(file, 2, "a.tif"), Error);
  EXPECT_EQ(count_tiff_pages(tests::bytes_of("II*")), 0);
  // Of both kinds, in both orders of bytes.
  for (const char* name : {"tiff-big.tif", "tiff-grey16-big-endian.tif"}) {
    const auto one = tests::bytes_of(tests::read_file(corpus + name));
    EXPECT_EQ(tiff_page(one, 0, "a.tif"), one) << name;
  }
}

TEST(Pages, ThatFitInNoTiffAreRefused) {
  const auto page = encode(ramp<std::uint8_t>(5, 4, 3, std::nullopt), "a.tif", ignore_warnings);
  const auto kind_of = [](const std::vector<std::byte>& file, std::uint64_t place) {
    try {
      place_tiff_page(file, place, "a.tif");
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::invalid;
  };
  EXPECT_EQ(kind_of(page, 4'000'000'000), ErrorKind::unsupported);
  EXPECT_EQ(kind_of(tests::bytes_of(tests::read_file(corpus + "tiff-big.tif")), 100), ErrorKind::unsupported);
  // Nothing outside of the page is touched, whatever it says.
  for (std::size_t length = 8; length < page.size(); ++length) {
    const std::vector<std::byte> cut(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(kind_of(cut, 100), ErrorKind::failed) << length;
  }
}

TEST(Rewrite, ColoursEachPage) {
  const tests::TemporaryFolder folder;
  const RecordedWarnings warnings;
  std::vector<int> numbers;
  const auto change = [&](Photo photo, const Page& page) {
    EXPECT_EQ(page.count, 2);
    numbers.push_back(page.number);
    std::visit([](auto& raster) { raster.samples.at(0) = 77; }, photo.pixels);
    return photo;
  };
  const Rewritten done = rewrite(corpus + "tiff-pages.tif", folder / "a.tif", {}, {}, change, warnings.sink());
  EXPECT_EQ(done.pages, 2);
  EXPECT_EQ(done.bits, 8);
  EXPECT_THAT(numbers, ElementsAre(0, 1));
  EXPECT_THAT(warnings.texts(), IsEmpty());
  const std::vector<Photo> back = pages_of(tests::read_file(folder / "a.tif"));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(tests::raster8(back[0]).samples[0], 77);
  EXPECT_EQ(std::get<Raster16>(back[1].pixels).samples[0], 77);
  const auto source = tests::bytes_of(tests::read_file(corpus + "tiff-pages.tif"));
  const Photo second = decode(tiff_page(source, 1, "a.tif"), "a.tif", {}, ignore_warnings);
  EXPECT_EQ(std::get<Raster16>(back[1].pixels).samples[4], std::get<Raster16>(second.pixels).samples[4]);
}

TEST(Rewrite, KeepsTheTonesOfEachPageAndNamesIt) {
  const tests::TemporaryFolder folder;
  std::vector<std::vector<std::byte>> files;
  for (const auto& profile : {tests::adobe_profile(), tests::grey_profile(1)}) {
    Photo photo = ramp<std::uint8_t>(9, 4, 3, std::nullopt);
    photo.metadata = photo.metadata.with_profile(profile);
    files.push_back(encode(photo, "a.tif", ignore_warnings));
  }
  tests::write_file(folder / "a.tif", joined(files));
  const RecordedWarnings warnings;
  std::vector<std::string> names;
  std::vector<bool> wide;
  const auto change = [&](Photo photo, const Page& page) {
    names.push_back(page.name);
    wide.push_back(photo.space != nullptr);
    photo.texts = {{Text::Kind::xmp, "<x"}};
    return photo;
  };
  rewrite(folder / "a.tif", folder / "b.tif", {}, {}, change, warnings.sink());
  EXPECT_THAT(names, ElementsAre(EndsWith("a.tif, page 1"), EndsWith("a.tif, page 2")));
  EXPECT_THAT(wide, ElementsAre(true, false));
  EXPECT_THAT(warnings.texts(),
              ElementsAre(HasSubstr("b.tif, page 1: these texts"), HasSubstr("a.tif, page 2: its ICC profile is not"),
                          HasSubstr("b.tif, page 2: these texts")));
  const std::vector<Photo> back = pages_of(tests::read_file(folder / "b.tif"));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_TRUE(std::ranges::equal(back[0].metadata.profile(), tests::adobe_profile()));
  EXPECT_TRUE(back[1].metadata.profile().empty());
}

// What is planned for must be enough for each page.
TEST(Pages, AreAsLargeAsTheLargest) {
  const tests::TemporaryFolder folder;
  std::vector<std::vector<std::byte>> files;
  for (const int side : {3, 50, 7}) {
    files.push_back(encode(ramp<std::uint16_t>(side, 20, 3, std::nullopt), "a.tif", ignore_warnings));
  }
  tests::write_file(folder / "a.tif", joined(files));
  const StoredSize size = stored_size(folder / "a.tif");
  EXPECT_EQ(size.width, 50);
  EXPECT_EQ(size.height, 20);
  EXPECT_EQ(size.bits, 16);
}

TEST(Rewrite, SaysThatAFormatHoldsOnePage) {
  const tests::TemporaryFolder folder;
  const RecordedWarnings warnings;
  const auto same = [](Photo photo, const Page& /*page*/) { return photo; };
  EXPECT_EQ(rewrite(corpus + "tiff-pages.tif", folder / "a.png", {}, {}, same, warnings.sink()).pages, 1);
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("has 2 pages, of which the first one is read")));
}

TEST(Rewrite, NamesThePageThatFails) {
  const tests::TemporaryFolder folder;
  const auto change = [](Photo photo, const Page& page) {
    if (page.number == 1) throw Error(ErrorKind::interrupted, "page", "was stopped");
    return photo;
  };
  EXPECT_THROW(rewrite(corpus + "tiff-pages.tif", folder / "a.tif", {}, {}, change, ignore_warnings), Error);
  EXPECT_TRUE(tests::names_in(folder.path()).empty());
  // The second page's strip ends outside of the file.
  const std::string whole = tests::read_file(corpus + "tiff-pages.tif");
  tests::write_file(folder / "cut.tif", whole.substr(0, whole.size() - 40));
  const auto same = [](Photo photo, const Page& /*page*/) { return photo; };
  try {
    rewrite(folder / "cut.tif", folder / "b.tif", {}, {}, same, ignore_warnings);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cut.tif, page 2: "));
  }
}

}  // namespace
}  // namespace colourize::photo
