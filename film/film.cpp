#include "film/film.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "film/identity.h"
#include "film/output/disk_space.h"
#include "film/output/join.h"
#include "film/output/segment_sink.h"
#include "film/output/y4m_sink.h"
#include "film/pipeline.h"
#include "film/provenance.h"
#include "film/verify.h"
#include "film/video/expected_frames.h"
#include "system/error.h"
#include "system/mapped_file.h"

namespace colourize::film {
namespace {

CodecOptions with_preset(CodecOptions options, const Ensemble& ensemble) {
  if (options.preset.empty()) options.preset = default_preset(ensemble.speed());
  return options;
}

// Before the first frame is decoded, because the limit protects memory.
void check_size(const Input& input, const FilmOptions& options) {
  constexpr double million = 1e6;
  const AVCodecParameters& format = *input.video().codecpar;
  const double megapixels = static_cast<double>(format.width) * format.height / million;
  if (megapixels <= static_cast<double>(options.megapixels)) return;
  throw Error(ErrorKind::too_large, input.name(),
              fmt::format("has frames of {} x {} pixels, more than {} million", format.width, format.height,
                          options.megapixels),
              "raise the limit if the film is sound and memory suffices");
}

void warn_of_an_early_end(const Input& input, const Decoder& decoder, const FilmOptions& options, const Warn& warn) {
  constexpr double much = 1;  // second
  if (!options.range.to && input.seconds() - options.range.from.value_or(0) - decoder.seconds_shown() > much) {
    warn(fmt::format("{}: its frames end at {:.1f} s, but its header says {:.1f} s: it may be truncated", input.name(),
                     decoder.seconds_shown() + options.range.from.value_or(0), input.seconds()));
  }
}

// A pipe has neither a size nor a checksum.
std::optional<Provenance> provenance_to_state(const std::filesystem::path& source, const Ensemble& ensemble,
                                              const FilmOptions& options) {
  if (options.stated_program.empty()) return {};
  Provenance provenance = film_provenance(ensemble, options, options.stated_program);
  if (source != "-") describe_source(provenance, MappedFile(source).bytes());
  return provenance;
}

FilmResult run(const Input& input, Decoder& decoder, session::Session& session, FrameSink& sink,
               const VideoFormat& format, const FilmOptions& options, const FilmCallbacks& callbacks,
               const Journal* journal) {
  ChromaStabiliser stabiliser(options.stabilise);
  FilmResult result;
  if (journal != nullptr) {
    std::vector<PacketSum> done;
    for (const Segment& segment : journal->segments()) {
      result.done_before += static_cast<std::int64_t>(segment.frames.size());
      done.push_back(segment.read);
    }
    decoder.expect(std::move(done));
    stabiliser.restore(journal->stabiliser_state());
  }
  const ExpectedFrames expected(decoder);
  const PipelineCallbacks pipeline_callbacks{
      .progress =
          [&](const PipelineProgress& progress) {
            if (!callbacks.progress) return;
            callbacks.progress({.done_before = result.done_before,
                                .done = progress.written,
                                .expected = expected.after(progress.coloured, progress.seconds)});
          },
      .stop = callbacks.stop};
  const PipelineResult pipeline = run_pipeline(
      decoder, session, stabiliser, sink, format,
      {.quarter_turns = quarter_turns(input.video()), .done_before = result.done_before}, pipeline_callbacks);
  result.frames = pipeline.frames;
  result.scenes = pipeline.scenes;
  result.whole = pipeline.whole;
  result.faults = decoder.faults();
  result.device = session.device();
  result.side = session.side();
  if (result.whole) warn_of_an_early_end(input, decoder, options, callbacks.warn);
  return result;
}

}  // namespace

FilmResult colourize_film(const std::filesystem::path& source, const std::filesystem::path& target,
                          const Ensemble& ensemble, const FilmOptions& options, const FilmCallbacks& callbacks) {
  const bool piped = source == "-";
  std::error_code ignored;
  if (std::filesystem::is_fifo(source, ignored)) {
    throw Error(ErrorKind::invalid, source.string(),
                "is a pipe, which can be read only once, but colouring a film reads it twice",
                "read it as the standard input, whose name is -");
  }
  Input input(source, callbacks.warn);
  if (piped && input.container().nb_streams > 1) {
    throw Error(ErrorKind::unsupported, input.name(),
                "has streams besides the video, which cannot be copied, because a pipe can be read only once",
                "give the film's file instead");
  }
  check_size(input, options);
  Decoder decoder(input, options.range, callbacks.warn);
  std::optional<Input> second;
  if (!piped) second.emplace(source, callbacks.warn);
  Input& copied = piped ? input : *second;  // supplies the film's other streams
  const VideoFormat format = video_format(input, decoder, with_preset(options.codec, ensemble), options.side_by_side,
                                          container_format(target), callbacks.warn);
  check_container(target, copied, format, options.range);
  session::Session session(ensemble, options.session, callbacks.warn);
  Journal journal(target, identity_of(source, session, format, options), options.discard || piped, callbacks.warn);
  DiskSpace disk_space(target, input, decoder, format, callbacks.warn);
  disk_space.check(journal);

  SegmentSink sink(journal, disk_space, format);
  FilmResult result = run(input, decoder, session, sink, format, options, callbacks, &journal);
  if (!result.whole) return result;
  if (callbacks.progress) callbacks.progress({.step = FilmStep::joining, .done = 0, .expected = result.frames});
  join_segments(journal, copied, format, options.range, provenance_to_state(source, ensemble, options), target);
  journal.remove();
  if (options.verify) {
    const auto may_continue = [&](std::int64_t frames) {
      if (callbacks.progress)
        callbacks.progress({.step = FilmStep::verifying, .done = frames, .expected = result.frames});
      return !callbacks.stop || !callbacks.stop();
    };
    const LumaCheck check = verify_film(source, target, format, options.range, may_continue, callbacks.warn);
    result.verified = check != LumaCheck::stopped;
    result.luma_verified = check == LumaCheck::same;
  }
  return result;
}

FilmResult stream_film(const std::filesystem::path& source, const Ensemble& ensemble, const FilmOptions& options,
                       const FilmCallbacks& callbacks) {
  Input input(source, callbacks.warn);
  check_size(input, options);
  Decoder decoder(input, options.range, callbacks.warn);
  if (const unsigned others = input.container().nb_streams - 1; others > 0) {
    callbacks.warn(
        fmt::format("{}: only its video goes to the standard output, not its {} other streams", input.name(), others));
  }
  const VideoFormat format = y4m_format(input, decoder, options.codec, options.side_by_side, callbacks.warn);
  session::Session session(ensemble, options.session, callbacks.warn);
  Y4mSink sink(format, callbacks.warn);
  return run(input, decoder, session, sink, format, options, callbacks, nullptr);
}

}  // namespace colourize::film
