#include "engine/photo/unread.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/photo/formats/table.h"
#include "engine/photo/signature.h"

namespace colourize::photo {
namespace {

struct UnreadExtension {
  std::string_view extension;
  std::string_view kind;
};
// RAW: what a camera's sensor saw, as Canon, Nikon, Sony, Adobe, Olympus, Fujifilm, Panasonic, Pentax, Samsung, Sigma,
// Hasselblad, Phase One, Kodak and Leica call it.
constexpr std::array unread{
    UnreadExtension{".tif", "TIFF"},         UnreadExtension{".tiff", "TIFF"},     UnreadExtension{".webp", "WebP"},
    UnreadExtension{".heic", "HEIC"},        UnreadExtension{".heif", "HEIC"},     UnreadExtension{".hif", "HEIC"},
    UnreadExtension{".avif", "AVIF"},        UnreadExtension{".jxl", "JPEG XL"},   UnreadExtension{".jp2", "JPEG 2000"},
    UnreadExtension{".j2k", "JPEG 2000"},    UnreadExtension{".jpf", "JPEG 2000"}, UnreadExtension{".jpx", "JPEG 2000"},
    UnreadExtension{".j2c", "JPEG 2000"},    UnreadExtension{".jls", "JPEG-LS"},   UnreadExtension{".gif", "GIF"},
    UnreadExtension{".dpx", "DPX"},          UnreadExtension{".cin", "Cineon"},    UnreadExtension{".exr", "OpenEXR"},
    UnreadExtension{".hdr", "Radiance HDR"}, UnreadExtension{".psb", "PSB"},       UnreadExtension{".pcx", "PCX"},
    UnreadExtension{".pcd", "Photo CD"},     UnreadExtension{".xcf", "XCF"},       UnreadExtension{".cr2", "RAW"},
    UnreadExtension{".cr3", "RAW"},          UnreadExtension{".crw", "RAW"},       UnreadExtension{".nef", "RAW"},
    UnreadExtension{".nrw", "RAW"},          UnreadExtension{".arw", "RAW"},       UnreadExtension{".sr2", "RAW"},
    UnreadExtension{".dng", "RAW"},          UnreadExtension{".orf", "RAW"},       UnreadExtension{".raf", "RAW"},
    UnreadExtension{".rw2", "RAW"},          UnreadExtension{".pef", "RAW"},       UnreadExtension{".srw", "RAW"},
    UnreadExtension{".x3f", "RAW"},          UnreadExtension{".3fr", "RAW"},       UnreadExtension{".fff", "RAW"},
    UnreadExtension{".iiq", "RAW"},          UnreadExtension{".dcr", "RAW"},       UnreadExtension{".rwl", "RAW"},
};

}  // namespace

std::string_view unread_picture_kind(const std::filesystem::path& path) {
  if (has_picture_extension(path)) return {};  // the table below has formats that not every build reads
  const auto found = std::ranges::find(unread, lower_extension(path), &UnreadExtension::extension);
  return found == unread.end() ? std::string_view() : found->kind;
}

}  // namespace colourize::photo
