#include "engine/photo/tiff_metadata.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace colourize::photo {
namespace {

using namespace std::string_view_literals;

constexpr auto photoshop_tag = "ImageResources"sv;

// Of the first directory, as Exiv2 calls them (TIFF 6.0, Supplement 2, and the tags of Adobe's DNG that point to
// pictures).
constexpr std::array storage_tags{"NewSubfileType"sv,
                                  "SubfileType"sv,
                                  "ImageWidth"sv,
                                  "ImageLength"sv,
                                  "BitsPerSample"sv,
                                  "Compression"sv,
                                  "PhotometricInterpretation"sv,
                                  "Thresholding"sv,
                                  "CellWidth"sv,
                                  "CellLength"sv,
                                  "FillOrder"sv,
                                  "StripOffsets"sv,
                                  "SamplesPerPixel"sv,
                                  "RowsPerStrip"sv,
                                  "StripByteCounts"sv,
                                  "MinSampleValue"sv,
                                  "MaxSampleValue"sv,
                                  "PlanarConfiguration"sv,
                                  "GrayResponseUnit"sv,
                                  "GrayResponseCurve"sv,
                                  "T4Options"sv,
                                  "T6Options"sv,
                                  "PageNumber"sv,
                                  "Predictor"sv,
                                  "ColorMap"sv,
                                  "HalftoneHints"sv,
                                  "TileWidth"sv,
                                  "TileLength"sv,
                                  "TileOffsets"sv,
                                  "TileByteCounts"sv,
                                  "SubIFDs"sv,
                                  "InkSet"sv,
                                  "InkNames"sv,
                                  "NumberOfInks"sv,
                                  "DotRange"sv,
                                  "ExtraSamples"sv,
                                  "SampleFormat"sv,
                                  "SMinSampleValue"sv,
                                  "SMaxSampleValue"sv,
                                  "Indexed"sv,
                                  "JPEGTables"sv,
                                  "JPEGProc"sv,
                                  "JPEGInterchangeFormat"sv,
                                  "JPEGInterchangeFormatLength"sv,
                                  "JPEGRestartInterval"sv,
                                  "JPEGLosslessPredictors"sv,
                                  "JPEGPointTransforms"sv,
                                  "JPEGQTables"sv,
                                  "JPEGDCTables"sv,
                                  "JPEGACTables"sv,
                                  "YCbCrCoefficients"sv,
                                  "YCbCrSubSampling"sv,
                                  "YCbCrPositioning"sv,
                                  "ReferenceBlackWhite"sv,
                                  "TransferFunction"sv,
                                  "XMLPacket"sv,
                                  "IPTCNAA"sv,
                                  "InterColorProfile"sv,
                                  photoshop_tag};

bool says_how_it_is_stored(const Exiv2::Exifdatum& datum) {
  const std::string group = datum.groupName();
  const std::string tag = datum.tagName();
  if (group == "Image") return std::ranges::find(storage_tags, tag) != storage_tags.end();
  return group == "Thumbnail" || group.starts_with("SubImage") || group.starts_with("SubThumb") ||
         (group.starts_with("Image") && group.size() > std::string_view("Image").size());
}

constexpr auto horizontal_key = "Exif.Image.XResolution";
constexpr auto vertical_key = "Exif.Image.YResolution";
constexpr auto unit_key = "Exif.Image.ResolutionUnit";

// Two equal numbers without a unit, as programs write them that know no print size.
bool states_no_print_size(const Exiv2::ExifData& exif) {
  const auto horizontal = exif.findKey(Exiv2::ExifKey(horizontal_key));
  const auto vertical = exif.findKey(Exiv2::ExifKey(vertical_key));
  const auto unit = exif.findKey(Exiv2::ExifKey(unit_key));
  return horizontal != exif.end() && vertical != exif.end() && unit != exif.end() && unit->toString() == "1" &&
         horizontal->toString() == vertical->toString();
}

}  // namespace

bool is_tiff(std::span<const std::byte> file) {
  constexpr std::array marks{"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv};
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());  // NOLINT: the same bytes
  return std::ranges::any_of(marks, [&](std::string_view mark) { return bytes.starts_with(mark); });
}

std::string tiff_xmp(const Exiv2::ExifData& exif) {
  const auto packet = exif.findKey(Exiv2::ExifKey("Exif.Image.XMLPacket"));
  if (packet == exif.end() || packet->size() == 0) return {};
  std::string bytes(static_cast<std::size_t>(packet->size()), '\0');
  packet->copy(reinterpret_cast<Exiv2::byte*>(bytes.data()), Exiv2::littleEndian);  // NOLINT: bytes have no order
  return bytes;
}

bool drop_storage_tags(Exiv2::ExifData& exif) {
  if (states_no_print_size(exif)) {
    for (const char* key : {horizontal_key, vertical_key, unit_key}) exif.erase(exif.findKey(Exiv2::ExifKey(key)));
  }
  const bool photoshop = exif.findKey(Exiv2::ExifKey("Exif.Image." + std::string(photoshop_tag))) != exif.end();
  for (auto datum = exif.begin(); datum != exif.end();) {
    datum = says_how_it_is_stored(*datum) ? exif.erase(datum) : std::next(datum);
  }
  return !photoshop;
}

}  // namespace colourize::photo
