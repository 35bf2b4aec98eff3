// Decoding, colouring and encoding at the same time, on a bounded number of pictures.
//
//   decode   -> [queue] -> the session's workers -> stabilise, in order -> [queue] -> luma + chroma, encode
//   a thread                                        the caller's thread            a thread
#pragma once

#include <cstdint>
#include <functional>

#include "engine/session/session.h"
#include "film/output/picture_sink.h"
#include "film/stabiliser/stabiliser.h"
#include "film/video/decoder.h"
#include "film/video/encoder.h"

namespace colourize::film {

// A segment: what a crash can cost, and how far apart pictures are that a player can jump to. It follows from the
// pictures' number alone, so that a film that was interrupted is cut where one that was not is.
constexpr std::int64_t segment_pictures = 96;

struct PipelineOptions {
  int quarter_turns = 0;         // the generator sees pictures as a player shows them
  std::int64_t done_before = 0;  // pictures from the film's beginning that are passed over: whole segments
};

struct PipelineProgress {
  std::int64_t written = 0;   // pictures, those done before included
  std::int64_t coloured = 0;  // the same: up to the last one that was coloured, and perhaps not written yet
  double seconds = 0;         // of the film, to that one's end
};

struct PipelineCallbacks {
  std::function<void(const PipelineProgress&)> progress;  // after each picture
  std::function<bool()> stop;                             // asked then: whether to end behind the segment
};

struct PipelineResult {
  std::int64_t pictures = 0;  // written by now, those done before included
  std::int64_t scenes = 0;    // that began on the way, as the stabiliser saw it
  bool whole = false;         // false: callbacks.stop ended it
};

// Colours what the decoder gives until it ends. All references must outlive the call. Throws what any of the stages
// throws, after all have ended.
PipelineResult run_pipeline(Decoder& decoder, session::Session& session, ChromaStabiliser& stabiliser,
                            PictureSink& sink, const VideoFormat& format, const PipelineOptions& options,
                            const PipelineCallbacks& callbacks);

}  // namespace colourize::film
