// What the program knows of one picture format. Each format is a file of this folder and a row of table.cpp. Reading,
// writing, the search of folders, and the messages about what can be read or written follow from the rows.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/photo/colour_space.h"
#include "engine/photo/encode_options.h"
#include "engine/photo/film_tones.h"
#include "engine/photo/metadata_blocks.h"
#include "engine/photo/photo.h"
#include "system/byte_sink.h"
#include "system/warnings.h"

namespace colourize::photo {

// What a file's header states about its picture, before any pixel is decoded.
struct StoredSize {
  int width = 0;     // at least 1
  int height = 0;    // at least 1
  int channels = 0;  // that load() returns: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
  int bits = 0;      // of a sample that load() returns: 8 or 16
};

// What a scanned film's frame says of its numbers.
struct FilmNumbers {
  std::optional<FilmTransfer> stated;  // none: nothing that tells
  unsigned code = 0;                   // the header's own number
  std::vector<std::byte> header;       // see FilmFrame
};

// A picture as its file stores it: not turned by EXIF's orientation, and with 1 or 2 channels where it is grey.
struct StoredPicture {
  std::variant<Raster8, Raster16> pixels;
  std::optional<Salvage> salvage;       // none: the file was sound
  std::optional<Density> density = {};  // none: the file states none, or one that makes no sense
  std::vector<Text> texts = {};
  std::optional<StatedColours> stated = {};  // none: the file states none but by a profile, or sRGB's
  std::optional<int> orientation = {};       // Exif's value, 1 to 8; none: the metadata have it, if any
  std::vector<std::byte> profile = {};       // ICC, of these pixels; empty: the metadata have it, if any
  MetadataBlocks metadata = {};              // that load() has found; empty: Metadata::read() looks for them
  std::optional<FilmNumbers> film = {};      // none: the numbers are as they are shown
  bool grey_as_rgb = false;                  // the format has no grey: a picture of grey is stored as RGB
};

// What a format does with a damaged file that has a sound part.
enum class Damage : std::uint8_t {
  refuse,   // throws an Error of the kind `incomplete`
  salvage,  // decodes the sound part, leaves the rest grey, and fills in StoredPicture::salvage
};

// Where a file of one page goes into a file of several.
struct PlacedPage {
  std::vector<std::byte> bytes;  // with all places as they are in that file
  std::uint64_t directory = 0;   // the place in that file by which the page is found
  std::uint64_t link = 0;  // the place in that file where the next page's `directory` belongs: 4 bytes, the lowest
                           // first; 0 in them is none
};

// In all functions, `name` is the file's name for messages.
struct PictureFormat {
  std::string_view name;  // for people: "JPEG"
  // Lower case, with the dot. The search of a folder takes files with these extensions.
  std::span<const std::string_view> extensions;
  // Those of them that an output may have; messages advise the first. Empty: the program does not write this format.
  std::span<const std::string_view> output_extensions;

  // True where a file's first bytes are those of this format. `extension`, lower case or empty, is for a format without
  // a signature.
  bool (*recognises)(std::span<const std::byte> file, std::string_view extension);

  // Reads the header. Throws Error: `damaged`, or `unsupported` for a kind of the format that the program does not
  // read.
  StoredSize (*size)(std::span<const std::byte> file, const std::string& name);

  // Decodes the whole picture, which has the size that size() returned; the caller has checked that against its limits.
  // Throws Error: `incomplete` (see Damage), `damaged`, `unsupported`; also std::bad_alloc. Warns of what is odd in a
  // whole file. decode() warns of what is missing.
  StoredPicture (*load)(std::span<const std::byte> file, const std::string& name, Damage damage, const Warn& warn);

  // Returns the file's bytes, without metadata. Throws Error where the format cannot hold the photo; warns of what it
  // leaves out. Null: see stream(); null too: the program does not write this format.
  std::vector<std::byte> (*save)(const Photo& photo, const std::string& name, const EncodeOptions& options,
                                 const Warn& warn);

  // Returns a file of save() or stream(), which may have got metadata since, with these texts. Warns of those that the
  // format cannot hold. Null: it holds none.
  std::vector<std::byte> (*with_texts)(std::vector<std::byte> encoded, const std::vector<Text>& texts,
                                       const std::string& name, const Warn& warn) = nullptr;

  // Writes the file row by row, so that it never is in memory as a whole. `described`: a file that this function made
  // of a picture of one pixel, with the same channels, depth and density, and that has got its metadata and texts
  // since; the file gets them too. Empty: there are none. Throws and warns as save() does, and throws what the sink
  // throws.
  void (*stream)(const Photo& photo, const std::string& name, const EncodeOptions& options,
                 std::span<const std::byte> described, ByteSink& to, const Warn& warn) = nullptr;

  // The rest is for formats with several pictures in a file, and null in others. Returns how many there are; 0 where
  // the file cannot be read. load() takes the first one and warns of the others.
  int (*pages)(std::span<const std::byte> file) = nullptr;
  // Returns the size of the page with the most samples, for who plans with memory. Throws as size() does.
  StoredSize (*largest)(std::span<const std::byte> file, const std::string& name) = nullptr;
  // Returns a file of this page alone, 0 the first. Throws Error `damaged` where there is no such page.
  std::vector<std::byte> (*page)(std::span<const std::byte> file, int number, const std::string& name) = nullptr;
  // Makes what stream() gave, with its metadata, a page of a file of several, into which it comes at this even place,
  // the first one at 0. Throws Error: `unsupported` where the file would be larger than the format allows, or `failed`.
  PlacedPage (*place_page)(std::vector<std::byte> page, std::uint64_t place, const std::string& name) = nullptr;
};

// The messages about damage that all formats share. `reason` may be null. None of these returns.
[[noreturn]] void refuse_damaged(const std::string& name, std::string_view format, const char* reason);
// For a file that has a sound part.
[[noreturn]] void refuse_incomplete(const std::string& name, std::string_view format, const char* reason);
// For a header that is invalid, or that has a kind which the program does not read: no library can tell these apart.
[[noreturn]] void refuse_header(const std::string& name, std::string_view format, const char* reason);

// Makes the rows from `first` on grey: half of white in each channel, with opaque alpha. Uses the raster's channels.
template <typename Sample>
void leave_grey(Raster<Sample>& raster, int first);

}  // namespace colourize::photo
