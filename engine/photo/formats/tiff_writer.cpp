#include "engine/photo/formats/tiff_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <exception>
#include <new>
#include <vector>

#include "engine/photo/formats/tiff_directory.h"
#include "engine/photo/formats/tiff_file.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

// As of PNG: scans compress little better above this level, and take several times as long.
constexpr int deflate_level = 4;

std::uint16_t compression_tag(TiffCompression compression) {
  switch (compression) {
    case TiffCompression::lzw:
      return COMPRESSION_LZW;
    case TiffCompression::deflate:
      return COMPRESSION_ADOBE_DEFLATE;
    default:
      return COMPRESSION_NONE;
  }
}

// For a centimetre where only that gives whole numbers, else for an inch.
void set_density(TIFF* tiff, const Density& density) {
  if (density.unit == Density::Unit::none) {
    TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
    TIFFSetField(tiff, TIFFTAG_XRESOLUTION, density.horizontal);
    TIFFSetField(tiff, TIFFTAG_YRESOLUTION, density.vertical);
    return;
  }
  constexpr double centimetres_per_metre = 100;
  constexpr double whole = 0.02;  // PNG's whole pixels for a metre are that near to whole ones for an inch
  const auto is_whole_in = [&](double unit) {
    return std::abs(density.horizontal / unit - std::round(density.horizontal / unit)) < whole &&
           std::abs(density.vertical / unit - std::round(density.vertical / unit)) < whole;
  };
  const bool centimetres = !is_whole_in(inches_per_metre) && is_whole_in(centimetres_per_metre);
  const double unit = centimetres ? centimetres_per_metre : inches_per_metre;
  const auto in_unit = [&](double value) { return is_whole_in(unit) ? std::round(value / unit) : value / unit; };
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, centimetres ? RESUNIT_CENTIMETER : RESUNIT_INCH);
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, in_unit(density.horizontal));
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, in_unit(density.vertical));
}

template <typename Sample>
bool write_picture(TIFF* tiff, const Raster<Sample>& raster, const Photo& photo, const EncodeOptions& options) {
  constexpr std::uint16_t bits = 8 * sizeof(Sample);
  constexpr std::size_t strip_bytes = 262'144;
  const std::size_t row_bytes = raster.row_samples() * sizeof(Sample);
  const auto strip_rows = static_cast<std::uint32_t>(std::max<std::size_t>(1, strip_bytes / row_bytes));
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(raster.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(raster.height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, static_cast<std::uint16_t>(raster.channels));
  TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, std::min(strip_rows, static_cast<std::uint32_t>(raster.height)));
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression_tag(options.tiff_compression));
  if (options.tiff_compression != TiffCompression::none) {
    TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  }
  if (options.tiff_compression == TiffCompression::deflate) TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, deflate_level);
  if (raster.channels == 4) {
    const std::uint16_t kind = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, std::uint16_t{1}, &kind);
  }
  if (photo.density) set_density(tiff, *photo.density);
  // libtiff takes the differences in the row that it is given.
  std::vector<Sample> row(raster.row_samples());
  for (int y = 0; y < raster.height; ++y) {
    std::ranges::copy(raster.row(y), row.begin());
    if (TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0) != 1) return false;
  }
  return TIFFFlushData(tiff) == 1;
}

// Where the strips of a written picture lie, as the directory of a classic TIFF states it.
TiffStrips strips_of(TIFF* tiff, const Photo& photo) {
  TiffStrips strips{.width = photo.width(), .height = photo.height(), .rows = 0, .offsets = {}, .bytes = {}};
  std::uint64_t* offsets = nullptr;
  std::uint64_t* bytes = nullptr;
  TIFFGetField(tiff, TIFFTAG_ROWSPERSTRIP, &strips.rows);
  if (TIFFGetField(tiff, TIFFTAG_STRIPOFFSETS, &offsets) != 1 ||
      TIFFGetField(tiff, TIFFTAG_STRIPBYTECOUNTS, &bytes) != 1) {
    return strips;
  }
  const std::size_t count = TIFFNumberOfStrips(tiff);
  for (std::size_t i = 0; i < count; ++i) {
    strips.offsets.push_back(static_cast<std::uint32_t>(offsets[i]));
    strips.bytes.push_back(static_cast<std::uint32_t>(bytes[i]));
  }
  return strips;
}

// Exiv2 writes no BigTIFF: what libtiff can carry over goes into the directory that libtiff writes.
void describe_big(TIFF* tiff, std::span<const std::byte> described, const std::string& name, const Warn& warn) {
  const TiffSource source(described);
  if (source.handle() == nullptr) return;
  for (const ttag_t tag : std::array<ttag_t, 3>{TIFFTAG_ICCPROFILE, TIFFTAG_XMLPACKET, TIFFTAG_RICHTIFFIPTC}) {
    std::uint32_t count = 0;
    const void* data = nullptr;
    if (TIFFGetField(source.handle(), tag, &count, &data) == 1) TIFFSetField(tiff, tag, count, data);
  }
  std::uint64_t exif = 0;
  if (TIFFGetField(source.handle(), TIFFTAG_EXIFIFD, &exif) == 1) {
    warn(name + ": is a BigTIFF, into which EXIF cannot be written: the photo's is left out");
  }
}

// Of the samples: beyond this, compression and metadata might bring a file to 4 GB. LZW makes noise half as large
// again.
std::size_t most_classic_bytes(TiffCompression compression) {
  return compression == TiffCompression::lzw ? 2'500'000'000 : 3'900'000'000;
}

}  // namespace

void stream_tiff(const Photo& photo, const std::string& name, const EncodeOptions& options,
                 std::span<const std::byte> described, ByteSink& to, const Warn& warn) {
  std::visit(
      [&](const auto& raster) {
        const std::size_t bytes = raster.samples.size() * sizeof(raster.samples[0]);
        const bool big = options.big_tiff || bytes > most_classic_bytes(options.tiff_compression);
        TiffTarget target(to, big);
        if (target.failure()) std::rethrow_exception(target.failure());
        if (target.handle() == nullptr) throw std::bad_alloc();
        if (big && !described.empty()) describe_big(target.handle(), described, name, warn);
        bool written = write_picture(target.handle(), raster, photo, options);
        const bool own_directory = big || described.empty();
        if (own_directory) written = written && TIFFWriteDirectory(target.handle()) == 1;
        const TiffStrips strips = strips_of(target.handle(), photo);
        if (!own_directory) target.stop();
        target.close();
        if (target.failure()) std::rethrow_exception(target.failure());
        const std::string reason = target.messages().error();
        if (!written || !reason.empty()) throw Error(ErrorKind::failed, name, "could not be encoded: " + reason);
        if (!own_directory) append_directory({described.begin(), described.end()}, strips, target.size(), name, to);
      },
      photo.pixels);
}

}  // namespace colourize::photo
