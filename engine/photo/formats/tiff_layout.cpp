#include "engine/photo/formats/tiff_layout.h"

#include <fmt/core.h>

#include <array>
#include <climits>
#include <cmath>

#include "engine/photo/formats/inks.h"
#include "system/error.h"

namespace colourize::photo {
namespace {

constexpr auto name_of_format = "TIFF";
constexpr int most_pages = 10'000;
constexpr unsigned byte_bits = 8;
constexpr unsigned word_bits = 16;
constexpr unsigned double_bits = 32;

[[noreturn]] void refuse_kind(const std::string& name, const std::string& kind) {
  throw Error(ErrorKind::unsupported, name, "is a TIFF " + kind, "save it as a TIFF of 8 or 16 bits in grey or RGB");
}

// A tag of one number, or the specification's default, or 0.
std::uint16_t tag(TIFF* tiff, std::uint32_t which) {
  std::uint16_t value = 0;
  return TIFFGetFieldDefaulted(tiff, which, &value) == 1 ? value : std::uint16_t{0};
}

TiffLayout::Numbers numbers_of(TIFF* tiff, const std::string& name) {
  switch (tag(tiff, TIFFTAG_SAMPLEFORMAT)) {
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID:
      return TiffLayout::Numbers::whole;
    case SAMPLEFORMAT_INT:
      return TiffLayout::Numbers::with_sign;
    case SAMPLEFORMAT_IEEEFP:
      return TiffLayout::Numbers::floating;
    default:
      refuse_kind(name, "of complex numbers");
  }
}

// The tag is required. Where it is missing, the samples tell: a fax has black on white, as its coding has it.
std::uint16_t photometric_of(TIFF* tiff, unsigned samples, std::uint16_t coding) {
  std::uint16_t photometric = 0;
  if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric) == 1) return photometric;
  const bool fax = coding == COMPRESSION_CCITTFAX3 || coding == COMPRESSION_CCITTFAX4 || coding == COMPRESSION_CCITTRLE;
  return samples >= 3 ? PHOTOMETRIC_RGB : fax ? PHOTOMETRIC_MINISWHITE : PHOTOMETRIC_MINISBLACK;
}

void expect_library_reads(TIFF* tiff, const std::string& name) {
  std::array<char, 1024> reason{};  // libtiff's size for it
  if (TIFFRGBAImageOK(tiff, reason.data()) == 0) {
    refuse_kind(name, fmt::format("of a kind that cannot be read ({})", reason.data()));
  }
}

TiffLayout::Colours colours_of(TIFF* tiff, const TiffLayout& layout, std::uint16_t coding, const std::string& name) {
  using Colours = TiffLayout::Colours;
  const std::uint16_t photometric = photometric_of(tiff, layout.samples, coding);
  switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
      return Colours::inverted_grey;
    case PHOTOMETRIC_MINISBLACK:
      return Colours::grey;
    case PHOTOMETRIC_RGB:
      return Colours::rgb;
    case PHOTOMETRIC_PALETTE:
      return Colours::palette;
    case PHOTOMETRIC_SEPARATED:
      if (tag(tiff, TIFFTAG_INKSET) != INKSET_CMYK) refuse_kind(name, "of other inks than CMYK");
      return Colours::inks;
    case PHOTOMETRIC_YCBCR:
      if (coding == COMPRESSION_JPEG && !layout.apart && layout.bits == byte_bits && layout.samples == 3) {
        TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        return Colours::rgb;
      }
      return Colours::library;
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
      return Colours::library;
    case PHOTOMETRIC_CFA:
    case 34892:  // "LinearRaw" of Adobe's DNG
      throw Error(ErrorKind::unsupported, name, "is a camera's raw file", "develop it first, into a TIFF, PNG or JPEG");
    default:
      refuse_kind(name, fmt::format("whose colours are of an unknown kind ({})", photometric));
  }
}

void check_depth(const TiffLayout& layout, const std::string& name) {
  const bool fits = [&] {
    if (layout.numbers == TiffLayout::Numbers::floating) {
      return layout.bits == word_bits || layout.bits == double_bits || layout.bits == 2 * double_bits;
    }
    if (layout.colours == TiffLayout::Colours::palette) return layout.bits >= 1 && layout.bits <= byte_bits;
    const bool with_sign = layout.numbers == TiffLayout::Numbers::with_sign;
    return (layout.bits >= (with_sign ? 2U : 1U) && layout.bits <= word_bits) || layout.bits == double_bits;
  }();
  if (!fits) refuse_kind(name, fmt::format("of {} bits a sample", layout.bits));
}

// The first of the further samples that is the opacity.
void find_alpha(TIFF* tiff, TiffLayout& layout) {
  std::uint16_t count = 0;
  std::uint16_t* kinds = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1 || kinds == nullptr) return;
  for (unsigned i = 0; i < count && layout.colour_samples() + i < layout.samples; ++i) {
    if (kinds[i] != EXTRASAMPLE_ASSOCALPHA && kinds[i] != EXTRASAMPLE_UNASSALPHA) continue;
    layout.alpha = layout.colour_samples() + i;
    layout.multiplied = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
    return;
  }
}

}  // namespace

unsigned TiffLayout::colour_samples() const {
  switch (colours) {
    case Colours::rgb:
    case Colours::library:
      return 3;
    case Colours::inks:
      return inks;
    default:
      return 1;
  }
}

StoredSize TiffLayout::stored_size() const {
  const int channels = colours == Colours::grey || colours == Colours::inverted_grey ? 1 : 3;
  const bool deep = colours != Colours::library && (numbers == Numbers::floating || bits > byte_bits);
  return {width, height, channels + (alpha ? 1 : 0), deep ? 16 : 8};
}

TiffLayout read_tiff_layout(const TiffSource& source, const std::string& name) {
  TIFF* tiff = source.handle();
  if (tiff == nullptr) refuse_header(name, name_of_format, source.messages().error());
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  const bool sized =
      TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width) == 1 && TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height) == 1;
  if (!sized || width < 1 || height < 1 || width > INT_MAX || height > INT_MAX) {
    refuse_damaged(name, name_of_format, "impossible header");
  }
  const std::uint16_t coding = tag(tiff, TIFFTAG_COMPRESSION);
  if (TIFFIsCODECConfigured(coding) == 0) {
    refuse_kind(name, fmt::format("in a compression that cannot be read here (number {})", coding));
  }
  TiffLayout layout{.width = static_cast<int>(width),
                    .height = static_cast<int>(height),
                    .bits = tag(tiff, TIFFTAG_BITSPERSAMPLE),
                    .samples = tag(tiff, TIFFTAG_SAMPLESPERPIXEL),
                    .numbers = numbers_of(tiff, name),
                    .apart = tag(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE,
                    .tiled = TIFFIsTiled(tiff) != 0};
  layout.colours = colours_of(tiff, layout, coding, name);
  if (layout.colours == TiffLayout::Colours::library) {
    expect_library_reads(tiff, name);
    return layout;
  }
  check_depth(layout, name);
  constexpr unsigned most_samples = 64;
  if (layout.samples < layout.colour_samples()) refuse_damaged(name, name_of_format, "impossible header");
  if (layout.samples > most_samples) refuse_kind(name, fmt::format("of {} samples a pixel", layout.samples));
  find_alpha(tiff, layout);
  return layout;
}

StoredSize largest_tiff_page(const TiffSource& source, const std::string& name) {
  find_tiff_pages(source);
  StoredSize largest = read_tiff_layout(source, name).stored_size();
  const auto bytes_of = [](const StoredSize& size) {
    return static_cast<std::int64_t>(size.width) * size.height * size.channels * size.bits;
  };
  for (int page = 1; page < most_pages && TIFFReadDirectory(source.handle()) == 1; ++page) {
    try {
      const StoredSize size = read_tiff_layout(source, name).stored_size();
      if (bytes_of(size) > bytes_of(largest)) largest = size;
    } catch (const Error&) {
      continue;  // colouring this page will say why it cannot be read
    }
  }
  return largest;
}

int find_tiff_pages(const TiffSource& source, int page) {
  TIFF* tiff = source.handle();
  if (tiff == nullptr) return 0;
  std::optional<tdir_t> wanted;
  int pages = 0;
  tdir_t at = 0;
  do {
    std::uint32_t kind = 0;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SUBFILETYPE, &kind);
    if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0) {
      if (pages == page) wanted = at;
      ++pages;
    }
    ++at;
  } while (pages < most_pages && at < most_pages && TIFFReadDirectory(tiff) == 1);
  TIFFSetDirectory(tiff, wanted.value_or(0));
  return pages;
}

std::optional<int> tiff_orientation(TIFF* tiff) {
  std::uint16_t value = 0;
  if (TIFFGetField(tiff, TIFFTAG_ORIENTATION, &value) != 1 || value < 1 || value > 8) return {};
  return value;
}

std::span<const std::byte> tiff_profile(TIFF* tiff) {
  std::uint32_t size = 0;
  void* data = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &data) != 1 || data == nullptr) return {};
  return {static_cast<const std::byte*>(data), size};
}

std::optional<Density> tiff_density(TIFF* tiff) {
  float horizontal = 0;
  float vertical = 0;
  if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &horizontal) != 1) return {};
  if (TIFFGetField(tiff, TIFFTAG_YRESOLUTION, &vertical) != 1) return {};
  if (!std::isfinite(horizontal) || !std::isfinite(vertical) || horizontal <= 0 || vertical <= 0) return {};
  constexpr double centimetres = 100;
  switch (tag(tiff, TIFFTAG_RESOLUTIONUNIT)) {
    case RESUNIT_INCH:
      return Density{horizontal * inches_per_metre, vertical * inches_per_metre, Density::Unit::metre};
    case RESUNIT_CENTIMETER:
      return Density{horizontal * centimetres, vertical * centimetres, Density::Unit::metre};
    case RESUNIT_NONE:
      if (horizontal == vertical) return {};  // what writes none writes this
      return Density{horizontal, vertical, Density::Unit::none};
    default:
      return {};
  }
}

}  // namespace colourize::photo
