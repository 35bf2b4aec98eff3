// The options for colouring a film.
#pragma once

#include <cstdint>
#include <string>

#include "engine/photo/decode.h"
#include "engine/session/session.h"
#include "film/stabiliser/stabiliser.h"
#include "film/video/codec.h"
#include "film/video/decoder.h"

namespace colourize::film {

struct FilmOptions {
  session::SessionOptions session{.together = 0};
  CodecOptions codec;
  TimeRange range;
  double stabilise = default_strength;  // 0 to 1; see ChromaStabiliser
  bool side_by_side = false;
  bool discard = false;  // starts again, and deletes what an earlier call left
  bool verify = false;   // see verify_film()
  // The program's name and version: the film states how it was made (film/provenance.h). Empty: it states nothing.
  std::string stated_program;
  std::int64_t megapixels = photo::default_megapixels;  // the largest size of a frame, in millions of pixels
};

}  // namespace colourize::film
