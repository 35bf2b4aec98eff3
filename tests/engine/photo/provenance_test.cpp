// What a photo's metadata state of how it was made.
#include "engine/photo/provenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/photo/encode.h"
#include "system/recorded_warnings.h"
#include "tests/support/pictures.h"

namespace colourize::photo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Provenance stated_facts{.program = "colourize 9.8.7",
                              .generator = "ddcolor:0.6+wide:0.4",
                              .weights = std::string(64, 'a') + "+" + std::string(64, 'b'),
                              .render_factor = "21+32",
                              .options = "side by side, precision fp16",
                              .source_bytes = "12345",
                              .source_sha256 = std::string(64, 'c')};

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// What is around in XMP, XMP Specification Part 1, 7.4.
std::string packet_with(const std::string& properties) {
  return R"(<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">)" +
         properties + "</rdf:RDF></x:xmpmeta>";
}
const std::string iptc_print = packet_with(
    R"(<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="print"/>)");
// A property twice in one description, which Exiv2's parser refuses.
const std::string unparsable = packet_with(
    R"(<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="a" dc:source="b"/>)");

// A photo that was read from a JPEG with this packet.
Photo photo_with(const std::string& packet) {
  const std::string data = std::string("http://ns.adobe.com/xap/1.0/") + '\0' + packet;
  const std::size_t length = data.size() + 2;
  const std::string segment =
      std::string("\xFF\xE1") + static_cast<char>(length >> 8U) + static_cast<char>(length) + data;
  const std::string jpeg = text_of(encode({Raster8(8, 8, 3), {}}, "a.jpg", ignore_warnings)).insert(2 + 18, segment);
  return decode(tests::bytes_of(jpeg), "a.jpg", {}, ignore_warnings);
}

std::vector<std::byte> stated_in(Photo photo, const std::string& target, const Warn& warn = ignore_warnings,
                                 const std::optional<Provenance>& provenance = stated_facts) {
  state_provenance(photo, provenance, target, "a.jpg", warn);
  return encode(photo, target, warn);
}

TEST(Provenance, IsStatedInEveryFormatThatIsWritten) {
  std::size_t formats = 0;
  for (const PictureFormat* format : picture_formats()) {
    if (format->output_extensions.empty() || format->name == "DPX") continue;  // DPX has no place for it
    ++formats;
    const std::string name = "a" + std::string(format->output_extensions.front());
    for (const std::string& packet : {std::string(), iptc_print}) {
      const Photo photo = packet.empty() ? Photo{Raster8(8, 8, 3), {}} : photo_with(packet);
      const auto file = stated_in(photo, name);
      EXPECT_EQ(Metadata::read(file, name, ignore_warnings).provenance(), stated_facts) << name;
      EXPECT_EQ(count_of(text_of(file), "DigitalSourceType=\"" + std::string(digital_source_type)), 1U) << name;
      EXPECT_EQ(count_of(text_of(file), std::string("=\"") + iptc_namespace), 1U) << name;
    }
  }
  EXPECT_GE(formats, 2U);
}

TEST(Provenance, IsStatedOnceWhenAResultIsColouredAgain) {
  Provenance later = stated_facts;
  later.generator = "lite";
  for (const std::string name : {"a.jpg", "a.png"}) {
    const auto once = stated_in(photo_with(iptc_print), name);
    const auto twice = stated_in(decode(once, name, {}, ignore_warnings), name, ignore_warnings, later);
    EXPECT_EQ(Metadata::read(twice, name, ignore_warnings).provenance(), later);
    for (const std::string part : {"colourize:Generator=", "Ext:DigitalSourceType=", "Ext:AISystemUsed="}) {
      EXPECT_EQ(count_of(text_of(twice), part), 1U) << name << part;
    }
    // The first source's word stays, and comes back where nothing is stated.
    EXPECT_THAT(text_of(twice), HasSubstr("colourize:DigitalSourceTypeOfSource=\"print\""));
    const auto without = stated_in(decode(twice, name, {}, ignore_warnings), name, ignore_warnings, {});
    EXPECT_THAT(text_of(without), HasSubstr("DigitalSourceType=\"print\""));
    EXPECT_THAT(text_of(without), Not(HasSubstr("colourize:")));
    EXPECT_THAT(text_of(without), Not(HasSubstr("AISystemUsed")));
  }
}

TEST(Provenance, IsAddedAsTextToXmpThatCannotBeParsed) {
  Provenance odd = stated_facts;
  odd.options = "a \"<&>\" b/>";
  for (const std::string name : {"a.jpg", "a.png"}) {
    const RecordedWarnings warnings;
    const auto once = stated_in(photo_with(unparsable), name, warnings.sink());
    EXPECT_THAT(warnings.texts(), IsEmpty());
    EXPECT_THAT(text_of(once), HasSubstr("dc:source=\"a\" dc:source=\"b\""));
    EXPECT_EQ(Metadata::read(once, name, ignore_warnings).provenance(), stated_facts);
    EXPECT_EQ(count_of(text_of(once), std::string(digital_source_type)), 1U);
    const auto twice = stated_in(decode(once, name, {}, ignore_warnings), name, ignore_warnings, odd);
    EXPECT_EQ(Metadata::read(twice, name, ignore_warnings).provenance(), odd);
    EXPECT_EQ(count_of(text_of(twice), std::string(digital_source_type)), 1U);
    const auto without = stated_in(decode(twice, name, {}, ignore_warnings), name, ignore_warnings, {});
    EXPECT_THAT(text_of(without), HasSubstr(unparsable)) << "as it was before";
  }
}

#ifdef COLOURIZE_TIFF
// Its packet is left out there, which is said; what was made is stated all the same.
TEST(Provenance, IsStatedWhereXmpThatCannotBeParsedHasNoPlace) {
  const RecordedWarnings warnings;
  const auto file = stated_in(photo_with(unparsable), "a.tif", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("not carried over to TIFF: XMP")));
  EXPECT_EQ(Metadata::read(file, "a.tif", ignore_warnings).provenance(), stated_facts);
}
#endif

TEST(Provenance, SaysWhereItHasNoPlace) {
  const RecordedWarnings warnings;
  const std::string nonsense = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><nothing";
  const auto file = stated_in(photo_with(nonsense), "a.jpg", warnings.sink());
  EXPECT_THAT(warnings.texts(),
              ElementsAre("a.jpg: its XMP cannot be parsed and has no place for the result's provenance"));
  EXPECT_THAT(text_of(file), HasSubstr(nonsense));
}

// A segment of a JPEG has at most 65533 bytes (ITU T.81, B.1.1.4): the packet of the source fits, with ours it does
// not.
TEST(Provenance, GivesWayToTheSourcesXmpWhereBothAreTooLong) {
  const RecordedWarnings warnings;
  const std::string long_packet =
      packet_with(R"(<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source=")" +
                  std::string(62'900, 'x') + R"("/>)");
  const auto file = stated_in(photo_with(long_packet), "a.jpg", warnings.sink());
  EXPECT_THAT(warnings.texts(), ElementsAre(HasSubstr("a.jpg: how it was made could not be added to its metadata")));
  EXPECT_THAT(text_of(file), HasSubstr(std::string(62'900, 'x')));
}

TEST(Provenance, NamesWhatDiffers) {
  EXPECT_THAT(differences(stated_facts, stated_facts), IsEmpty());
  Provenance other = stated_facts;
  other.program = "colourize 10";
  other.source_sha256 = "d";
  EXPECT_THAT(differences(stated_facts, other), IsEmpty());
  other.options = "";
  other.render_factor = "16";
  other.source_bytes = "7";
  EXPECT_THAT(differences(stated_facts, other), ElementsAre("its render factor was 21+32, not 16",
                                                            "its options were side by side, precision fp16, not none",
                                                            "its source had 12345 bytes, and now has 7"));
  other = stated_facts;
  other.weights = "e";
  EXPECT_THAT(differences(stated_facts, other), ElementsAre("its generator had other weights"));
  other.generator = "lite";
  EXPECT_THAT(differences(stated_facts, other), ElementsAre("its generator was ddcolor:0.6+wide:0.4, not lite"));
}

TEST(Provenance, HasTheOptionsThatCountForTheFormat) {
  const EncodeOptions chosen{.tiff_compression = TiffCompression::lzw, .webp_lossless = true};
  EXPECT_EQ(photo_options("a.png", {}, {}, false, false, ""), "");
  EXPECT_EQ(photo_options("a.png", {.dpx_transfer = FilmTransfer::log}, {}, false, false, ""), "DPX transfer log");
  EXPECT_EQ(photo_options("a.png", {}, chosen, true, true, "fp16"), "exact, side by side, precision fp16");
#ifdef COLOURIZE_TIFF
  EXPECT_EQ(photo_options("a.tif", {}, chosen, false, false, ""), "TIFF compression lzw");
#endif
}

// Exiv2 forgets our namespace where a file has its prefix for another one.
TEST(Provenance, IsStatedAlsoAfterAFileThatTakesItsPrefix) {
  const std::string taken =
      packet_with(R"(<rdf:Description rdf:about="" xmlns:colourize="http://example.com/" colourize:Hue="red"/>)");
  const auto file = stated_in(photo_with(taken), "a.jpg");
  EXPECT_THAT(text_of(file), HasSubstr(std::string("=\"") + provenance_namespace));
  EXPECT_EQ(Metadata::read(file, "a.jpg", ignore_warnings).provenance(), stated_facts);
  EXPECT_EQ(Metadata::read(stated_in(photo_with(iptc_print), "a.jpg"), "a.jpg", ignore_warnings).provenance(),
            stated_facts);
}

// Nothing of a file is trusted to be a statement that is not one.
TEST(Provenance, IsReadFromWholeStatementsOnly) {
  const std::string whole = with_statement(unparsable, stated_facts);
  ASSERT_EQ(statement_in(whole), stated_facts);
  const std::size_t begin = whole.find("xmlns:colourize");
  const std::size_t end = whole.find("/>\n", begin);
  for (std::size_t length = begin; length < end; ++length) EXPECT_FALSE(statement_in(whole.substr(0, length)));
  EXPECT_FALSE(stated_provenance("no such file"));
}

}  // namespace
}  // namespace colourize::photo
