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

}  // namespace

bool is_tiff(std::span<const std::byte> file) {
  constexpr std::array marks{"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv};
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());  // NOLINT: the same bytes
  return std::ranges::any_of(marks, [&](std::string_view mark) { return bytes.starts_with(mark); });
}

bool drop_storage_tags(Exiv2::ExifData& exif) {
  const bool photoshop = exif.findKey(Exiv2::ExifKey("Exif.Image." + std::string(photoshop_tag))) != exif.end();
  for (auto datum = exif.begin(); datum != exif.end();) {
    datum = says_how_it_is_stored(*datum) ? exif.erase(datum) : std::next(datum);
  }
  return !photoshop;
}

}  // namespace colourize::photo
