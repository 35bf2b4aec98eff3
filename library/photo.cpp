// Picture files.
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "colourize/colourize.h"
#include "engine/photo/colourize.h"
#include "engine/photo/formats/table.h"
#include "engine/photo/own_colours.h"
#include "engine/photo/pages.h"
#include "engine/photo/provenance.h"
#include "library/failure.h"
#include "library/options.h"
#include "library/session.h"
#include "system/mapped_file.h"

namespace colourize::library {
namespace {

namespace fs = std::filesystem;

constexpr colourize_photo_options default_photo{.size = sizeof(colourize_photo_options),
                                                .max_megapixels = static_cast<int>(photo::default_megapixels),
                                                .salvage = 0,
                                                .side_by_side = 0,
                                                .progress = nullptr,
                                                .user = nullptr,
                                                .tiff_compression = COLOURIZE_TIFF_DEFLATE,
                                                .webp_lossless = 0,
                                                .jxl_lossless = 0,
                                                .dpx_transfer = COLOURIZE_DPX_AS_STATED,
                                                .no_provenance = 0};

photo::TiffCompression tiff_compression_of(const colourize_photo_options& options) {
  switch (options.tiff_compression) {
    case COLOURIZE_TIFF_DEFLATE:
      return photo::TiffCompression::deflate;
    case COLOURIZE_TIFF_LZW:
      return photo::TiffCompression::lzw;
    case COLOURIZE_TIFF_NONE:
      return photo::TiffCompression::none;
  }
  refuse("tiff_compression", "is none of the three", "choose one of colourize_tiff_compression");
}

std::optional<photo::FilmTransfer> dpx_transfer_of(const colourize_photo_options& options) {
  switch (options.dpx_transfer) {
    case COLOURIZE_DPX_AS_STATED:
      return {};
    case COLOURIZE_DPX_LINEAR:
      return photo::FilmTransfer::linear;
    case COLOURIZE_DPX_LOG:
      return photo::FilmTransfer::log;
    case COLOURIZE_DPX_VIDEO:
      return photo::FilmTransfer::video;
  }
  refuse("dpx_transfer", "is none of the four", "choose one of colourize_dpx_transfer");
}

// Checks before the work what would otherwise show after it.
void check_target(const fs::path& source, const fs::path& target) {
  if (photo::output_format(target) == nullptr) throw photo::no_output_format(target);
  std::error_code ignored;
  if (fs::equivalent(source, target, ignored)) {
    throw Error(ErrorKind::invalid, target.string(), "is the source itself", "choose another target");
  }
}

void colour_file(const colourize_session& opened, const fs::path& source, const fs::path& target,
                 const colourize_photo_options& options) {
  session::Session& session = *opened.session;
  if (options.max_megapixels < 1) refuse("max_megapixels", "is below 1", "choose 1 or more");
  const photo::EncodeOptions encoding{.tiff_compression = tiff_compression_of(options),
                                      .webp_lossless = options.webp_lossless != 0,
                                      .jxl_lossless = options.jxl_lossless != 0};
  const photo::DecodeOptions decoding{
      .megapixels = options.max_megapixels, .salvage = options.salvage != 0, .dpx_transfer = dpx_transfer_of(options)};
  check_target(source, target);
  std::optional<Provenance> provenance;
  if (options.no_provenance == 0) {
    provenance = provenance_of(opened.ensemble, opened.render_factor, "colourize " COLOURIZE_VERSION);
    provenance->options =
        photo::photo_options(target, decoding, encoding, options.side_by_side != 0, false, opened.precision);
    describe_source(*provenance, MappedFile(source).bytes());
  }
  const session::Session::Progress progress = stoppable(options.progress, options.user, source.string());
  const auto change = [&](photo::Photo photo, const photo::Page& page) {
    photo::warn_of_own_colours(photo, page.name, opened.warn);
    session::Session::Progress of_all;
    if (progress) of_all = [&](double fraction) { progress((page.number + fraction) / page.count); };
    photo::Photo result = options.side_by_side == 0
                              ? photo::colourize(std::move(photo), session, of_all)
                              : photo::side_by_side(photo, photo::colourize(photo, session, of_all));
    photo::state_provenance(result, provenance, target, page.name, opened.warn);
    return result;
  };
  photo::rewrite(source, target, decoding, encoding, change, opened.warn);
}

}  // namespace
}  // namespace colourize::library

void colourize_photo_options_init(colourize_photo_options* options, size_t size) {
  colourize::library::init_options(options, size, colourize::library::default_photo);
}

colourize_status colourize_photo(colourize_session* session, const char* source, const char* target,
                                 const colourize_photo_options* options) {
  namespace library = colourize::library;
  return library::guarded([&] {
    library::require(session, "session");
    library::require(source, "source");
    library::require(target, "target");
    library::colour_file(*session, source, target,
                         library::options_from(options, library::default_photo, "photo options"));
  });
}
