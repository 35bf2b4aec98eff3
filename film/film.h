// Colours a film.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "engine/generators/ensemble.h"
#include "film/options.h"
#include "film/video/decoder.h"
#include "system/warnings.h"

namespace colourize::film {

enum class FilmStep : std::uint8_t { colouring, joining, verifying };

struct FilmProgress {
  FilmStep step = FilmStep::colouring;
  std::int64_t done_before = 0;  // frames that an earlier call finished
  std::int64_t done = 0;         // frames of this step that are finished, those included
  // An estimate of the number of frames, from the container and from the times of the frames so far; 0 where neither
  // tells.
  std::int64_t expected = 0;
};

struct FilmCallbacks {
  std::function<void(const FilmProgress&)> progress;
  // The film calls this again and again; true stops it. It finishes the current segment, or the joining, first; it
  // stops a verification at once.
  std::function<bool()> stop;
  // Receives each warning: what the film loses, or what is done differently from what was asked. The calls come from
  // reading to verification, and also from the film's own threads.
  Warn warn;
};

struct FilmResult {
  std::int64_t frames = 0;
  std::int64_t done_before = 0;
  std::int64_t scenes = 0;  // in the part that this call coloured
  DecodingFaults faults;
  std::string device;
  int side = 0;                // side of the generator's square, in pixels
  bool whole = false;          // false: stopped early, and the journal holds what is finished
  bool verified = false;       // the verification ended: it counted the frames and compared their times
  bool luma_verified = false;  // it also compared their luma, bit for bit
};

// Colours the film `source` into `target`, whose extension chooses the container (container_format()). Until the film
// is whole, a journal beside the target keeps the finished segments. The same call with the same options resumes there,
// and the film gets the same bytes as one that was never interrupted. Throws Error that says what is wrong and what to
// do. It never changes the source, and the target is never an unfinished film.
FilmResult colourize_film(const std::filesystem::path& source, const std::filesystem::path& target,
                          const Ensemble& ensemble, const FilmOptions& options, const FilmCallbacks& callbacks);

// The same, as a stream of uncompressed frames to the standard output. There is no journal, so an interrupted stream
// must start again from the beginning.
FilmResult stream_film(const std::filesystem::path& source, const Ensemble& ensemble, const FilmOptions& options,
                       const FilmCallbacks& callbacks);

}  // namespace colourize::film
