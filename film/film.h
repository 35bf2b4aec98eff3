// A film in, the film in colour out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "engine/generators/generator.h"
#include "film/options.h"
#include "film/video/decoder.h"
#include "system/warnings.h"

namespace colourize::film {

enum class FilmStep : std::uint8_t { colouring, joining, verifying };

struct FilmProgress {
  FilmStep step = FilmStep::colouring;
  std::int64_t done_before = 0;  // pictures that an earlier call had finished
  std::int64_t done = 0;         // and those of this one; of the step
  // Pictures in all, as far as the container says and the times of those seen tell; 0 where nothing does.
  std::int64_t expected = 0;
};

struct FilmCallbacks {
  std::function<void(const FilmProgress&)> progress;
  // Asked again and again: whether to end. The segment that is begun, or the joining, is finished first; a verification
  // is not.
  std::function<bool()> stop;
  // Hears what the film loses or does otherwise than asked, from its reading to its verification, also from the film's
  // own threads.
  Warn warn;
};

struct FilmResult {
  std::int64_t pictures = 0;
  std::int64_t done_before = 0;
  std::int64_t scenes = 0;  // in what this call coloured
  DecodingFaults faults;
  std::string device;
  int side = 0;                // of the generator's square
  bool whole = false;          // false: stopped; the journal has what is done
  bool verified = false;       // pictures were counted and their times compared; not where that was stopped
  bool luma_verified = false;  // and their luma compared, bit for bit
};

// Colours the film into `target`, whose ending says the container (container_format()). What is finished stays in a
// journal beside the target until the film is whole; called again with the same options, it goes on there, and the film
// has the same bytes as one that was never interrupted. Throws Error with what is wrong and what to do; the source is
// never touched, and nothing half done is ever at the target's place.
FilmResult colourize_film(const std::filesystem::path& source, const std::filesystem::path& target,
                          const Generator& generator, const FilmOptions& options, const FilmCallbacks& callbacks);

// The same as a stream of uncompressed pictures to the standard output. No journal: what is interrupted is to be begun
// anew.
FilmResult stream_film(const std::filesystem::path& source, const Generator& generator, const FilmOptions& options,
                       const FilmCallbacks& callbacks);

}  // namespace colourize::film
