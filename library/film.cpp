// Films.
#include "film/film.h"

#include <string>

#include "colourize/colourize.h"
#include "library/failure.h"
#include "library/options.h"
#include "library/session.h"

namespace colourize::library {
namespace {

constexpr colourize_film_options default_film{.size = sizeof(colourize_film_options),
                                              .codec = nullptr,
                                              .preset = nullptr,
                                              .pixel_format = nullptr,
                                              .crf = film::CodecOptions{}.crf,
                                              .max_megapixels = static_cast<int>(photo::default_megapixels),
                                              .from = -1,
                                              .to = -1,
                                              .stabilise = film::default_strength,
                                              .side_by_side = 0,
                                              .discard = 0,
                                              .verify = 0,
                                              .progress = nullptr,
                                              .stop = nullptr,
                                              .user = nullptr,
                                              .no_provenance = 0};

film::VideoCodec codec_named(const char* name) {
  const auto found = film::video_codecs().find(name);
  if (found == film::video_codecs().end()) {
    refuse("codec", "is not a codec's name", "choose h264, h265, ffv1 or prores");
  }
  return found->second;
}

film::FilmOptions film_options(const session::SessionOptions& session, const colourize_film_options& given) {
  constexpr int worst_crf = 51;
  if (given.crf < 0 || given.crf > worst_crf) refuse("crf", "is not in 0 to 51", "choose one of them");
  if (given.max_megapixels < 1) refuse("max_megapixels", "is below 1", "choose 1 or more");
  if (!(given.stabilise >= 0 && given.stabilise <= 1)) refuse("stabilise", "is not in 0 to 1", "choose one of them");
  film::FilmOptions options;
  options.session = session;
  options.session.together = 0;
  if (given.codec != nullptr) options.codec.codec = codec_named(given.codec);
  if (given.preset != nullptr) options.codec.preset = given.preset;
  if (given.pixel_format != nullptr) options.codec.pixel_format = given.pixel_format;
  options.codec.crf = given.crf;
  if (given.from >= 0) options.range.from = given.from;
  if (given.to >= 0) options.range.to = given.to;
  if (given.from >= 0 && given.to >= 0 && !(given.from < given.to)) {
    refuse("from", "is not before `to`", "choose an earlier one");
  }
  options.stabilise = given.stabilise;
  options.side_by_side = given.side_by_side != 0;
  options.discard = given.discard != 0;
  options.verify = given.verify != 0;
  if (given.no_provenance == 0) options.stated_program = "colourize " COLOURIZE_VERSION;
  options.megapixels = given.max_megapixels;
  return options;
}

colourize_film_step step_of(film::FilmStep step) {
  switch (step) {
    case film::FilmStep::colouring:
      return COLOURIZE_FILM_COLOURING;
    case film::FilmStep::joining:
      return COLOURIZE_FILM_JOINING;
    case film::FilmStep::verifying:
      return COLOURIZE_FILM_VERIFYING;
  }
  return COLOURIZE_FILM_COLOURING;
}

film::FilmCallbacks callbacks_of(const colourize_film_options& options, const Warn& warn) {
  film::FilmCallbacks callbacks{.progress = {}, .stop = {}, .warn = warn};
  if (options.progress != nullptr) {
    callbacks.progress = [&options](const film::FilmProgress& now) {
      const colourize_film_progress progress{step_of(now.step), now.done_before, now.done, now.expected};
      options.progress(options.user, &progress);
    };
  }
  if (options.stop != nullptr) callbacks.stop = [&options] { return options.stop(options.user) != 0; };
  return callbacks;
}

}  // namespace
}  // namespace colourize::library

void colourize_film_options_init(colourize_film_options* options, size_t size) {
  colourize::library::init_options(options, size, colourize::library::default_film);
}

colourize_status colourize_film(const colourize_model* model, const char* source, const char* target,
                                const colourize_session_options* session, const colourize_film_options* options,
                                colourize_film_result* result) {
  namespace library = colourize::library;
  namespace film = colourize::film;
  return library::guarded([&] {
    library::require(source, "source");
    library::require(target, "target");
    const colourize_film_options given = library::options_from(options, library::default_film, "film options");
    const auto [on, warn] = library::session_wish(session);
    const film::FilmOptions wanted = library::film_options(on, given);
    const colourize::Ensemble ensemble = library::ensemble_of(model);
    const film::FilmResult done =
        film::colourize_film(source, target, ensemble, wanted, library::callbacks_of(given, warn));
    if (result != nullptr) {
      *result = {done.frames, done.done_before, done.faults.lost, done.verified ? 1 : 0, done.luma_verified ? 1 : 0};
    }
    if (!done.whole) {
      throw colourize::Error(colourize::ErrorKind::interrupted, source,
                             "was stopped after " + std::to_string(done.frames) + " frames",
                             "the same call resumes there");
    }
  });
}
