#include "film/pipeline.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/session/bounded_queue.h"
#include "film/video/planes.h"

namespace colourize::film {
namespace {

// Limits for the frames that wait between two stages.
constexpr std::size_t queued_bytes = 64U << 20U;
constexpr std::size_t most_queued = 8;

using session::BoundedQueue;

// A frame that is with the generator or has left it.
struct FrameInProgress {
  TimedFrame frame;
  std::future<session::Colours> colours;
};

struct ColouredFrame {
  TimedFrame frame;
  kernels::Chroma chroma;
  std::shared_ptr<const StabiliserState> segment_end;  // set after a segment's last frame
};

std::size_t frame_bytes(const VideoFormat& format) {
  const auto pixels = static_cast<std::size_t>(format.frames.width) * static_cast<std::size_t>(format.frames.height);
  return pixels * 3 / 2 * (format.frames.bits > 8 ? 2 : 1);
}

std::size_t queue_capacity(const VideoFormat& format) {
  return std::clamp<std::size_t>(queued_bytes / frame_bytes(format), 1, most_queued);
}

class Pipeline {
 public:
  Pipeline(Decoder& decoder, session::Session& session, ChromaStabiliser& stabiliser, FrameSink& sink,
           const VideoFormat& format, const PipelineOptions& options, const PipelineCallbacks& callbacks)
      : decoder_(decoder),
        session_(session),
        stabiliser_(stabiliser),
        sink_(sink),
        format_(format),
        options_(options),
        callbacks_(callbacks),
        levels_(luma_levels(format.tags.range, decoder.format().bits())),
        decoded_(queue_capacity(format)),
        coloured_(queue_capacity(format)),
        written_(options.done_before) {}

  PipelineResult run() {
    {
      const std::jthread decoding([this] { guarded([this] { decode(); }); });
      const std::jthread encoding([this] { guarded([this] { encode(); }); });
      guarded([this] { colour(); });
    }
    if (failure_) std::rethrow_exception(failure_);
    result_.frames = written_;
    return result_;
  }

 private:
  // The first failure of any stage ends all of them.
  template <class Stage>
  void guarded(const Stage& stage) {
    try {
      stage();
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (!failure_) failure_ = std::current_exception();
      // Cancel this queue first. The end of the other looks like the film's end, and its last part would be written as
      // a whole segment.
      coloured_.cancel();
      decoded_.cancel();
    }
  }

  void decode() {
    while (std::optional<TimedFrame> frame = decoder_.next()) {
      if (frame->index < options_.done_before) continue;
      if (!decoded_.push(*std::move(frame))) return;
    }
    decoded_.end();
  }

  void colour() {
    std::deque<FrameInProgress> under_way;
    std::optional<TimedFrame> next = decoded_.pop();
    bool stopping = false;
    result_.whole = !next;  // an earlier call did all of it
    while (next || !under_way.empty()) {
      while (next && under_way.size() < depth()) {
        std::future<session::Colours> colours = session_.colours(luma_of_frame(*next->picture));
        under_way.push_back({*std::move(next), std::move(colours)});
        next = decoded_.pop();
      }
      ColouredFrame coloured = finish(std::move(under_way.front()));
      under_way.pop_front();
      if (callbacks_.progress) callbacks_.progress(progress_at(coloured.frame));
      stopping = stopping || (callbacks_.stop && callbacks_.stop());
      const bool ends_film = !next && under_way.empty();
      const bool ends_segment = (coloured.frame.index + 1) % segment_frames == 0;
      if (ends_film || ends_segment) {
        coloured.segment_end = std::make_shared<const StabiliserState>(stabiliser_.state());
      }
      if (!coloured_.push(std::move(coloured))) return;
      result_.whole = ends_film;
      if (stopping && ends_segment) break;
    }
    decoded_.cancel();
    coloured_.end();
  }

  // The frame's pixels live as long as any thread computes with them, even after a failure has ended the pipeline.
  session::Luma luma_of_frame(const AVFrame& frame) const {
    const auto free = [](AVFrame* shared) { Freed()(shared); };
    return {.samples = luma_of(frame),
            .levels = levels_,
            .range = {},
            .quarter_turns = options_.quarter_turns,
            .owner = std::shared_ptr<AVFrame>(share(frame).release(), free)};
  }

  ColouredFrame finish(FrameInProgress in_progress) {
    session::Colours colours = in_progress.colours.get();
    kernels::Chroma chroma = stabiliser_.next(colours.luma, std::move(colours.chroma));
    if (stabiliser_.began_scene()) ++result_.scenes;
    to_matrix(matrix_of(format_.tags.space), chroma);
    const int back = (4 - options_.quarter_turns) % 4;
    chroma = {kernels::turned(std::move(chroma.blue), back), kernels::turned(std::move(chroma.red), back)};
    return {std::move(in_progress.frame), std::move(chroma), {}};
  }

  PipelineProgress progress_at(const TimedFrame& frame) const {
    return {
        .written = written_, .coloured = frame.index + 1, .seconds = decoder_.seconds_at(frame.time + frame.duration)};
  }

  void encode() {
    while (std::optional<ColouredFrame> coloured = coloured_.pop()) {
      const TimedFrame& frame = coloured->frame;
      const auto fill = [&](const kernels::ChromaLevels& levels, const kernels::Samples& blue,
                            const kernels::Samples& red) {
        session_.chroma_planes(coloured->chroma, levels, blue, red);
      };
      sink_.write(coloured_frame(*frame.picture, format_.output, fill), {frame.time, frame.duration});
      ++written_;
      if (coloured->segment_end) sink_.end_segment(*coloured->segment_end, frame.read);
    }
  }

  // Enough frames to keep the session's workers busy, as far as memory allows.
  std::size_t depth() const {
    constexpr std::size_t bytes = 4 * queued_bytes;
    return std::clamp<std::size_t>(bytes / frame_bytes(format_), 1, 2 * session_.depth());
  }

  Decoder& decoder_;
  session::Session& session_;
  ChromaStabiliser& stabiliser_;
  FrameSink& sink_;
  const VideoFormat& format_;
  const PipelineOptions& options_;
  const PipelineCallbacks& callbacks_;
  const kernels::LumaLevels levels_;
  BoundedQueue<TimedFrame> decoded_;
  BoundedQueue<ColouredFrame> coloured_;
  std::atomic<std::int64_t> written_;
  PipelineResult result_;  // of the caller's thread
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
};

}  // namespace

PipelineResult run_pipeline(Decoder& decoder, session::Session& session, ChromaStabiliser& stabiliser, FrameSink& sink,
                            const VideoFormat& format, const PipelineOptions& options,
                            const PipelineCallbacks& callbacks) {
  return Pipeline(decoder, session, stabiliser, sink, format, options, callbacks).run();
}

}  // namespace colourize::film
