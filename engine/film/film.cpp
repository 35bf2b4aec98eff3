#include "engine/film/film.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/film/identity.h"
#include "engine/film/output/join.h"
#include "engine/film/output/room.h"
#include "engine/film/output/segment_sink.h"
#include "engine/film/output/y4m_sink.h"
#include "engine/film/pipeline.h"
#include "engine/film/verify.h"
#include "system/error.h"

namespace colourize::film {
namespace {

CodecOptions with_preset(CodecOptions options, const Generator& generator) {
  if (options.preset.empty()) options.preset = default_preset(generator.name);
  return options;
}

void warn_of_an_early_end(const Input& input, const Decoder& decoder, const FilmOptions& options) {
  constexpr double much = 1;  // second
  if (!options.range.to && input.seconds() - options.range.from.value_or(0) - decoder.seconds_shown() > much) {
    spdlog::warn("{}: its pictures end at {:.1f} s, though its length is said to be {:.1f} s: it may be cut short",
                 input.name(), decoder.seconds_shown() + options.range.from.value_or(0), input.seconds());
  }
}

FilmResult run(const Input& input, Decoder& decoder, GeneratorWorkers& workers, PictureSink& sink,
               const VideoFormat& format, const FilmOptions& options, const FilmCallbacks& callbacks,
               const Journal* journal) {
  ChromaStabiliser stabiliser(options.stabilise);
  FilmResult result;
  if (journal != nullptr) {
    for (const Segment& segment : journal->segments()) {
      result.done_before += static_cast<std::int64_t>(segment.pictures.size());
    }
    stabiliser.restore(journal->stabiliser_state());
  }
  const std::int64_t expected = decoder.expected_frames();
  const PipelineCallbacks pipeline_callbacks{
      .progress =
          [&](std::int64_t pictures) {
            if (callbacks.progress) callbacks.progress({result.done_before, pictures, std::max(expected, pictures)});
          },
      .stop = callbacks.stop};
  const PipelineResult pipeline = run_pipeline(
      decoder, workers, stabiliser, sink, format,
      {.quarter_turns = quarter_turns(input.video()), .done_before = result.done_before}, pipeline_callbacks);
  result.pictures = pipeline.pictures;
  result.scenes = pipeline.scenes;
  result.whole = pipeline.whole;
  result.faults = decoder.faults();
  result.device = workers.device();
  result.side = workers.side();
  if (result.whole) warn_of_an_early_end(input, decoder, options);
  return result;
}

}  // namespace

FilmResult colourize_film(const std::filesystem::path& source, const std::filesystem::path& target,
                          const Generator& generator, const FilmOptions& options, const FilmCallbacks& callbacks) {
  const bool piped = source == "-";
  Input input(source);
  if (piped && input.container().nb_streams > 1) {
    throw Error(input.name(),
                "has other streams than pictures, which could not be copied, for a pipe can be read only once",
                "give the film's file in its place");
  }
  Decoder decoder(input, options.range);
  std::optional<Input> second;
  if (!piped) second.emplace(source);
  Input& copied = piped ? input : *second;  // for what else there is in the film
  const VideoFormat format = video_format(input, decoder, with_preset(options.codec, generator), options.side_by_side,
                                          container_format(target));
  check_container(target, copied, format, options.range);
  GeneratorWorkers workers(generator, options.generator);
  Journal journal(target, identity_of(source, generator, workers, format, options), options.discard || piped);
  Room room(target, input, decoder, format);
  room.check(journal);

  SegmentSink sink(journal, room, format);
  FilmResult result = run(input, decoder, workers, sink, format, options, callbacks, &journal);
  if (!result.whole) return result;
  join_segments(journal, copied, format, options.range, target);
  if (options.verify) {
    result.luma_verified = verify_film(source, target, format, options.range) == LumaCheck::same;
    result.verified = true;
  }
  journal.remove();
  return result;
}

FilmResult stream_film(const std::filesystem::path& source, const Generator& generator, const FilmOptions& options,
                       const FilmCallbacks& callbacks) {
  Input input(source);
  Decoder decoder(input, options.range);
  if (const unsigned others = input.container().nb_streams - 1; others > 0) {
    spdlog::warn("{}: only its pictures go to the standard output, not its {} other streams", input.name(), others);
  }
  const VideoFormat format = y4m_format(input, decoder, options.codec, options.side_by_side);
  GeneratorWorkers workers(generator, options.generator);
  Y4mSink sink(format);
  return run(input, decoder, workers, sink, format, options, callbacks, nullptr);
}

}  // namespace colourize::film
