// Maker notes: what a camera wrote into EXIF in a way of its own, with places that count from EXIF's beginning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exiv2/exiv2.hpp>

#include "engine/photo/encode.h"
#include "engine/photo/exif_losses.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"
#include "tests/support/png_chunks.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string number(std::size_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
  return text;
}

// A directory of TIFF 6.0, section 2, at this place: each field's tag, type (2: text, 4: number, 7: bytes) and value.
struct Field {
  std::size_t tag;
  std::size_t type;
  std::string value;
};
std::string directory(const std::vector<Field>& fields, std::size_t place) {
  std::string entries;
  std::string values;
  const std::size_t values_at = place + 2 + 12 * fields.size() + 4;
  for (const Field& field : fields) {
    const std::size_t count = field.type == 4 ? field.value.size() / 4 : field.value.size();
    entries += number(field.tag, 2) + number(field.type, 2) + number(count, 4);
    if (field.value.size() <= 4) {
      entries += field.value + std::string(4 - field.value.size(), '\0');
    } else {
      entries += number(values_at + values.size(), 4);
      values += field.value + std::string(field.value.size() % 2, '\0');
    }
  }
  return number(fields.size(), 2) + entries + number(0, 4) + values;
}

const std::string owner = "Somebody's grandmother";

// As Canon's: a directory whose places count from EXIF's beginning.
std::string note_at(std::size_t place, std::size_t bytes_of_no_known_kind = 12) {
  return directory(
      {{7, 2, "Firmware Version 1.02"}, {9, 2, owner}, {0x4242, 7, std::string(bytes_of_no_known_kind, 'q')}}, place);
}

// EXIF of a camera of this make, with so many unused bytes before the directory that has the note.
std::string exif(const std::string& make, std::size_t gap, std::size_t note_bytes = 12) {
  const std::size_t second_at = 8 + directory({{0x10F, 2, make}, {0x8769, 4, number(0, 4)}}, 8).size() + gap;
  const std::string first = directory({{0x10F, 2, make}, {0x8769, 4, number(second_at, 4)}}, 8);
  const std::size_t note_place = second_at + 2 + 12 + 4;
  return "II*" + std::string(1, '\0') + number(8, 4) + first + std::string(gap, '\0') +
         directory({{0x927C, 7, note_at(note_place, note_bytes)}}, second_at);
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string jpeg_with(const std::string& tiff) {
  const std::string data = std::string("Exif\0\0", 6) + tiff;
  const std::size_t length = data.size() + 2;
  const std::string segment =
      std::string("\xFF\xE1") + static_cast<char>(length >> 8U) + static_cast<char>(length & 0xFFU) + data;
  return text_of(encode({Raster8(3, 2, 3), {}}, "a.jpg", ignore_warnings)).insert(2 + 18, segment);
}

struct Carried {
  std::vector<std::string> warnings;
  std::string owner;  // by Exiv2, of Canon's note
  bool has_note;
  bool is_whole;  // Canon's note has the field of no known kind
  std::string file;
};
Carried carried(const std::string& file, const std::string& from, const std::string& to) {
  const RecordedWarnings warnings;
  const auto bytes = encode(decode(tests::bytes_of(file), from, {}, warnings.sink()), to, warnings.sink());
  const auto image = Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(bytes.data()),
                                               static_cast<long>(bytes.size()));  // NOLINT(google-runtime-int)
  image->readMetadata();
  const auto& data = image->exifData();
  const auto found = data.findKey(Exiv2::ExifKey("Exif.Canon.OwnerName"));
  return {warnings.texts(), found == data.end() ? "" : found->toString(),
          data.findKey(Exiv2::ExifKey("Exif.Photo.MakerNote")) != data.end(),
          data.findKey(Exiv2::ExifKey("Exif.Canon.0x4242")) != data.end(), text_of(bytes)};
}

TEST(MakerNotes, OfAKnownCameraFollowTheirPlace) {
  for (const std::size_t gap : {0U, 40U}) {
    for (const std::string to : {"b.jpg", "b.png"}) {
      const Carried result = carried(jpeg_with(exif("Canon", gap)), "a.jpg", to);
      EXPECT_EQ(result.owner, owner);
      EXPECT_THAT(result.warnings, IsEmpty());
    }
  }
}

TEST(MakerNotes, OfAnUnknownCameraThatMoveAreSaid) {
  for (const std::string to : {"b.jpg", "b.png"}) {
    const Carried still = carried(jpeg_with(exif("Nobody", 0)), "a.jpg", to);
    EXPECT_TRUE(still.has_note);
    EXPECT_THAT(still.warnings, IsEmpty());
    const Carried moved = carried(jpeg_with(exif("Nobody", 40)), "a.jpg", to);
    EXPECT_TRUE(moved.has_note);
    EXPECT_THAT(moved.warnings, ElementsAre(HasSubstr("maker notes are of a kind that is not known")));
  }
}

// Exiv2 writes a PNG's EXIF compressed, so that its place in EXIF is not seen when that PNG is read.
TEST(MakerNotes, WhosePlaceIsNotSeenAreSaid) {
  const Carried png = carried(jpeg_with(exif("Nobody", 0)), "a.jpg", "b.png");
  EXPECT_THAT(carried(png.file, "b.png", "c.png").warnings, ElementsAre(HasSubstr("of a kind that is not known")));
}

TEST(MakerNotes, ArePlacedFromTheNearestHeadOfATiff) {
  Exiv2::ExifData data;
  data["Exif.Photo.MakerNote"] = "78 79 84 69";  // NOTE
  const auto place = [&](const std::string& file) { return maker_note_place(data, tests::bytes_of(file)); };
  const std::string little("II*\0", 4);
  const std::string big("MM\0*", 4);
  EXPECT_EQ(place(little + "...." + big + ".NOTE" + little), 5U);
  EXPECT_EQ(place(big + "...." + little + ".NOTE"), 5U);
  EXPECT_EQ(place(".NOTE" + little), std::nullopt);
  EXPECT_EQ(place(little), std::nullopt);
}

// A JPEG's EXIF has 64 KB at most, a PNG's more. Exiv2 leaves out what is largest.
TEST(MakerNotes, ThatAreDroppedAreSaid) {
  const std::string file = tests::with_png_chunks(text_of(encode({Raster8(3, 2, 3), {}}, "a.png", ignore_warnings)),
                                                  tests::png_chunk("eXIf", exif("Canon", 0, 70'000)));
  EXPECT_THAT(carried(file, "a.png", "b.jpg").warnings,
              ElementsAre("b.jpg: of its EXIF, some maker notes could not be carried over"));
  const Carried png = carried(file, "a.png", "b.png");  // Exiv2 0.27 leaves it out there too
  EXPECT_EQ(png.warnings.empty(), png.is_whole);
}

TEST(ExifLosses, NameWhatIsMissing) {
  Exiv2::ExifData before;
  for (const char* key : {"Exif.Image.Artist", "Exif.Image.Copyright", "Exif.Canon.OwnerName", "Exif.Thumbnail.Make",
                          "Exif.Image.PhotometricInterpretation"}) {
    before[key] = "words";
  }
  EXPECT_EQ(exif_losses(before, before), "");
  Exiv2::ExifData after;
  after["Exif.Image.Artist"] = "words";
  EXPECT_EQ(exif_losses(before, after),
            "of its EXIF, some maker notes and Exif.Image.Copyright could not be carried over");
}

}  // namespace
}  // namespace colourize::photo
