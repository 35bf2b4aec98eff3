// Words that a file carries: comments, a PNG's texts, and XMP that cannot be parsed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/photo/encode.h"
#include "engine/photo/text.h"
#include "engine/photo/utf8.h"
#include "engine/photo/xmp_packet.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"
#include "tests/support/png_chunks.h"

namespace colourize::photo {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// 3 x 2 pixels, so that a quarter turn shows.
std::string plain(const std::string& name) {
  return text_of(encode({Raster8(3, 2, 3), {}}, name, ignore_warnings));
}

// ITU T.81, B.1.1.4: a marker, and a length that counts itself.
std::string segment(char marker, const std::string& data) {
  const std::size_t length = data.size() + 2;
  return "\xFF"s + marker + static_cast<char>(length >> 8U) + static_cast<char>(length & 0xFFU) + data;
}
std::string comment(const std::string& data) {
  return segment('\xFE', data);
}
std::string xmp_segment(const std::string& packet) {
  return segment('\xE1', "http://ns.adobe.com/xap/1.0/\0"s + packet);
}
// The JPEG with more segments after its first, JFIF's of 18 bytes.
std::string jpeg_with(const std::string& segments) {
  return plain("a.jpg").insert(2 + 18, segments);
}
std::string png_with(const std::string& chunks) {
  return tests::with_png_chunks(plain("a.png"), chunks);
}

// The file, decoded, and written under another name.
std::string carried(const std::string& file, const std::string& from, const std::string& to,
                    const Warn& warn = ignore_warnings) {
  return text_of(encode(decode(tests::bytes_of(file), from, {}, warn), to, warn));
}

void expect_in(const std::string& file, const std::string& part) {
  EXPECT_NE(file.find(part), std::string::npos) << testing::PrintToString(part);
}

// In zlib's format (RFC 1950).
std::string compressed(const std::string& text) {
  std::string packed(compressBound(text.size()), '\0');
  auto size = static_cast<uLongf>(packed.size());
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                     text.size()),
            Z_OK);
  packed.resize(size);
  return packed;
}

const std::string title = tests::png_chunk("tEXt", "Title\0T\xE4st"s);
const std::string packed = tests::png_chunk("zTXt", "Source\0\0"s + compressed("in an album"));
const std::string international = tests::png_chunk("iTXt", "Author\0\0\0ja\0\0\xE6\x97\xA5"s);

TEST(TextsOfPng, StayInAPng) {
  const RecordedWarnings warnings;
  const std::string after = carried(png_with(title + packed + international), "a.png", "b.png", warnings.sink());
  expect_in(after, title + packed + international);
  EXPECT_THAT(warnings.texts(), IsEmpty());
  EXPECT_LT(after.find("tEXt"), after.find("IDAT"));
}

TEST(TextsOfPng, AfterThePixelsStayToo) {
  std::string file = plain("a.png");
  file.insert(file.size() - 12, title);  // before IEND
  expect_in(carried(file, "a.png", "b.png"), title);
}

TEST(TextsOfPng, WithAWrongChecksumAreNotBelieved) {
  std::string damaged = title;
  damaged.back() ^= '\1';
  EXPECT_EQ(carried(png_with(damaged), "a.png", "b.png").find("Title"), std::string::npos);
}

// ä is Latin-1's E4, and C3 A4 in UTF-8 (RFC 3629).
TEST(TextsOfPng, NamedCommentBecomeAJpegs) {
  const std::string words(200, 'w');
  const RecordedWarnings warnings;
  const std::string after = carried(png_with(tests::png_chunk("tEXt", "Comment\0\xE4"s) +
                                             tests::png_chunk("zTXt", "Comment\0\0"s + compressed(words)) +
                                             tests::png_chunk("iTXt", "Comment\0\0\0ja\0\0\xE6\x97\xA5"s) +
                                             tests::png_chunk("iTXt", "Comment\0\1\0\0\0"s + compressed(words))),
                                    "a.png", "b.jpg", warnings.sink());
  expect_in(after, comment("\xC3\xA4") + comment(words) + comment("\xE6\x97\xA5") + comment(words));
  EXPECT_THAT(warnings.texts(), IsEmpty());
}

TEST(TextsOfPng, WithoutAPlaceInAJpegAreSaidOnce) {
  const RecordedWarnings warnings;
  // A comment that is no zlib data, one that would be longer than a segment, and one that ends in the middle.
  const std::string bomb = compressed(std::string(100'000, 'a'));
  for (const std::string& odd :
       {tests::png_chunk("zTXt", "Comment\0\0nonsense"s), tests::png_chunk("zTXt", "Comment\0\0"s + bomb),
        tests::png_chunk("iTXt", "Comment\0\0\0ja"s), tests::png_chunk("iTXt", "Comment\0"s),
        tests::png_chunk("tEXt", "Comment"s)}) {
    const RecordedWarnings of_odd;
    carried(png_with(odd), "a.png", "b.jpg", of_odd.sink());
    EXPECT_THAT(of_odd.texts(), Contains(EndsWith("which are left out: Comment")));
  }
  const std::string after = carried(png_with(title + packed + title), "a.png", "b.jpg", warnings.sink());
  EXPECT_THAT(
      warnings.texts(),
      ElementsAre("b.jpg: JPEG has no place for these texts of the source, which are left out: Title and Source"));
}

TEST(TextsOfPng, BeyondTheLimitAreSaid) {
  const std::string large(1'500'000, 'x');
  std::string chunks;
  for (int i = 0; i < 3; ++i) chunks += tests::png_chunk("tEXt", "Title\0"s + large);
  const RecordedWarnings warnings;
  const Photo photo = decode(tests::bytes_of(png_with(chunks)), "a.png", {}, warnings.sink());
  EXPECT_EQ(photo.texts.size(), 2U);
  EXPECT_THAT(warnings.texts(), ElementsAre("a.png: 1 of its texts are more than is read, and are left out"));
  std::string many;
  for (int i = 0; i < 1003; ++i) many += title;
  EXPECT_EQ(decode(tests::bytes_of(png_with(many)), "a.png", {}, ignore_warnings).texts.size(), 1000U);
}

TEST(CommentsOfJpeg, StayInAJpeg) {
  const std::string comments = comment("one\0two\0"s) + comment("") + comment(std::string(65'533, 'c'));
  const RecordedWarnings warnings;
  expect_in(carried(jpeg_with(comments), "a.jpg", "b.jpg", warnings.sink()), comments);
  EXPECT_THAT(warnings.texts(), IsEmpty());
}

TEST(CommentsOfJpeg, BecomeTextsOfAPng) {
  const RecordedWarnings warnings;
  const std::string after = carried(jpeg_with(comment("plain\0"s) + comment("\xC3\xA4") + comment("\xE4")), "a.jpg",
                                    "b.png", warnings.sink());
  expect_in(after, tests::png_chunk("tEXt", "Comment\0plain"s) +
                       tests::png_chunk("iTXt", "Comment\0\0\0\0\0\xC3\xA4"s) +
                       tests::png_chunk("tEXt", "Comment\0\xE4"s));
  EXPECT_THAT(warnings.texts(), IsEmpty());
  carried(jpeg_with(comment("one\0two"s)), "a.jpg", "b.png", warnings.sink());
  EXPECT_THAT(warnings.texts(),
              ElementsAre("b.png: the comment of the JPEG is no text that PNG could hold, and is left out"));
}

// A length that reaches beyond the file, which libjpeg refuses by itself, must not be followed.
TEST(CommentsOfJpeg, EndWithTheFile) {
  const std::string file = jpeg_with(comment("abc"));
  for (std::size_t size = 2; size < 40; ++size) {
    EXPECT_NE(tests::refusal(file.substr(0, size), "a.jpg"), "no error");
  }
}

// A property that is there twice is no valid XMP (XMP Specification Part 1, 6.1); Exiv2 gives up on it.
std::string packet_with(const std::string& properties) {
  return "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
         "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
         "xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">" +
         properties + "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
}
const std::string twice = "<dc:source>Album 3</dc:source><dc:source>Album 4</dc:source>";
std::string oriented(int value) {
  return "<tiff:Orientation>" + std::to_string(value) + "</tiff:Orientation>";
}
std::string xmp_chunk(const std::string& packet) {
  return tests::png_chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + packet);
}

TEST(UnparsedXmp, IsCarriedAsItIs) {
  const std::string packet = packet_with(twice);
  const RecordedWarnings warnings;
  for (const auto& [file, name] :
       {std::pair(jpeg_with(xmp_segment(packet)), "a.jpg"), std::pair(png_with(xmp_chunk(packet)), "a.png")}) {
    expect_in(carried(file, name, "b.jpg", warnings.sink()), xmp_segment(packet));
    expect_in(carried(file, name, "b.png", warnings.sink()), xmp_chunk(packet));
  }
  EXPECT_THAT(warnings.texts(), IsEmpty());
}

// JFIF's segment comes first of all (ITU T.871, 10.1): the mark, a marker and a length before its name.
TEST(UnparsedXmp, ComesAfterJfifsSegment) {
  const std::string after = carried(jpeg_with(xmp_segment(packet_with(twice)) + comment("c")), "a.jpg", "b.jpg");
  EXPECT_EQ(after.find("JFIF"), 2U + 2 + 2);
}

TEST(UnparsedXmp, ThatIsTooLongForAJpegIsSaid) {
  const std::string packet = packet_with(twice + "<!--" + std::string(70'000, 'x') + "-->");
  const RecordedWarnings warnings;
  carried(png_with(xmp_chunk(packet)), "a.png", "b.jpg", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(EndsWith("which are left out: XMP")));
}

// Orientation 6: the stored picture's first row is the upright one's right side (Exif 2.32, 0x0112).
void expect_turned(const std::string& packet, int width) {
  for (const auto& [file, name] :
       {std::pair(jpeg_with(xmp_segment(packet)), "a.jpg"), std::pair(png_with(xmp_chunk(packet)), "a.png")}) {
    EXPECT_EQ(decode(tests::bytes_of(file), name, {}, ignore_warnings).width(), width) << packet;
    for (const std::string to : {"b.jpg", "b.png"}) {
      const std::string after = carried(file, name, to);
      const Photo again = decode(tests::bytes_of(after), to, {}, ignore_warnings);
      EXPECT_EQ(again.width(), width) << "turned twice";
      const auto stated = [](int value) {
        return AnyOf(HasSubstr(oriented(value)), HasSubstr("tiff:Orientation=\"" + std::to_string(value) + "\""));
      };
      EXPECT_THAT(after, AllOf(stated(1), Not(stated(6))));
    }
  }
}

TEST(XmpOrientation, IsAppliedAndThenUpright) {
  expect_turned(packet_with(oriented(6)), 2);
  expect_turned(packet_with(twice + oriented(6)), 2);
  expect_turned(packet_with(oriented(1)), 3);
}

TEST(XmpOrientation, YieldsToExifs) {
  const std::string file = tests::read_file(tests::pictures + "orientation-3.jpg");
  const std::size_t jfif_end = 2 + 18;
  std::string both = file;
  both.insert(jfif_end, xmp_segment(packet_with(oriented(6))));
  const Photo photo = decode(tests::bytes_of(both), "a.jpg", {}, ignore_warnings);
  const Photo by_exif = decode(tests::bytes_of(file), "a.jpg", {}, ignore_warnings);
  EXPECT_EQ(tests::raster8(photo).samples, tests::raster8(by_exif).samples);
}

TEST(XmpPacket, OrientationIsFoundByItsProperty) {
  EXPECT_EQ(xmp_orientation("<a tiff:Orientation='8'>"), 8);
  EXPECT_EQ(xmp_orientation("<a tiff:Orientation = \"2\">"), 2);
  EXPECT_EQ(xmp_orientation("<tiff:Orientation>\n 5 </tiff:Orientation>"), 5);
  for (const char* odd : {"", "tiff:Orientation", "tiff:Orientation=", "tiff:Orientation=\"", "<tiff:Orientation>9<",
                          "<tiff:Orientation>0<", "<tiff:Orientation>61<", "<tiff:Orientation>", "tiff:Orientation 6",
                          "tiff:Orientation=6", "<tiff:Orientation>6"}) {
    EXPECT_EQ(xmp_orientation(odd), 0) << odd;
    EXPECT_EQ(with_upright_orientation(odd), odd);
  }
  EXPECT_EQ(with_upright_orientation("tiff:Orientation=\"6\" <tiff:Orientation>3<"),
            "tiff:Orientation=\"1\" <tiff:Orientation>1<");
}

// RFC 3629's own examples and bounds.
TEST(Utf8, IsToldFromOtherBytes) {
  for (const std::string& good :
       {""s, "a\0b"s, "\xC3\xA4"s, "\xE6\x97\xA5"s, "\xF0\xA3\x8E\xB4"s, "\xEF\xBB\xBF"s, "\xF4\x8F\xBF\xBF"s}) {
    EXPECT_TRUE(is_utf8(good));
  }
  for (const std::string& bad :
       {"\xE4"s, "\x80"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xED\xA0\x80"s, "\xF0\x8F\xBF\xBF"s,
        "\xF4\x90\x80\x80"s, "\xF8\x88\x80\x80\x80"s, "\xE6\x97"s, "\xC3("s}) {
    EXPECT_FALSE(is_utf8(bad)) << testing::PrintToString(bad);
  }
  EXPECT_EQ(utf8_of_latin1("a\xE4\xFF\x80"), "a\xC3\xA4\xC3\xBF\xC2\x80");
}

// acTL: how many frames, how often. The picture is one of them where an fcTL stands before it (PNG, 11.3.6).
TEST(AnimatedPng, SaysHowManyFramesAreLeftOut) {
  const auto control = [](std::uint32_t frames) {
    return tests::png_chunk("acTL", tests::big_endian_32(frames) + tests::big_endian_32(0));
  };
  const std::string frame = tests::png_chunk("fcTL", std::string(26, '\0'));
  const auto warnings_of = [](const std::string& chunks) {
    const RecordedWarnings warnings;
    decode(tests::bytes_of(png_with(chunks)), "a.png", {}, warnings.sink());
    return warnings.texts();
  };
  EXPECT_THAT(warnings_of(control(6) + frame), ElementsAre("a.png: is an animation; its other 5 frames are left out"));
  EXPECT_THAT(warnings_of(control(6)), ElementsAre("a.png: is an animation; its other 6 frames are left out"));
  EXPECT_THAT(warnings_of(control(2) + frame), ElementsAre("a.png: is an animation; its other frame is left out"));
  EXPECT_THAT(warnings_of(control(1) + frame), IsEmpty());
  EXPECT_THAT(warnings_of(control(0)), IsEmpty());
  EXPECT_THAT(warnings_of(frame), IsEmpty());
}

}  // namespace
}  // namespace colourize::photo
