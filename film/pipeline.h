// Decodes, colours and encodes at the same time, with a bounded number of frames in memory.
//
//   decode   -> [queue] -> the session's workers -> stabilise, in order -> [queue] -> luma + chroma, encode
//   a thread                                        the caller's thread            a thread
#pragma once

#include <cstdint>
#include <functional>

#include "engine/session/session.h"
#include "film/output/frame_sink.h"
#include "film/stabiliser/stabiliser.h"
#include "film/video/decoder.h"
#include "film/video/encoder.h"

namespace colourize::film {

// Frames in a segment. A crash costs at most one segment's frames, and a player can jump to each segment's first frame.
// Segments begin at multiples of this number, so an interrupted film is cut at the same frames as an uninterrupted one.
constexpr std::int64_t segment_frames = 96;

struct PipelineOptions {
  int quarter_turns = 0;         // the generator sees frames as a player shows them
  std::int64_t done_before = 0;  // frames from the film's beginning to skip: whole segments
};

struct PipelineProgress {
  std::int64_t written = 0;   // frames written, including those done before
  std::int64_t coloured = 0;  // frames coloured, including those done before; some may not be written yet
  double seconds = 0;         // the film's time at the end of the last coloured frame
};

struct PipelineCallbacks {
  std::function<void(const PipelineProgress&)> progress;  // called after each frame
  std::function<bool()> stop;  // called after each frame; true ends the run after the segment
};

struct PipelineResult {
  std::int64_t frames = 0;  // frames written, including those done before
  std::int64_t scenes = 0;  // scenes that began in this run, as the stabiliser saw it
  bool whole = false;       // false: callbacks.stop ended the run
};

// Colours the decoder's frames until the film ends. All references must outlive the call. Throws what any stage throws,
// after all stages have ended.
PipelineResult run_pipeline(Decoder& decoder, session::Session& session, ChromaStabiliser& stabiliser, FrameSink& sink,
                            const VideoFormat& format, const PipelineOptions& options,
                            const PipelineCallbacks& callbacks);

}  // namespace colourize::film
