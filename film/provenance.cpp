#include "film/provenance.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "engine/device.h"
#include "film/video/input.h"
#include "film/video/statement.h"
#include "system/error.h"

namespace colourize::film {
namespace {

template <class Meant>
std::string name_in(const std::map<std::string, Meant>& names, const Meant& meant) {
  const auto found = std::ranges::find(names, meant, [](const auto& entry) { return entry.second; });
  return found == names.end() ? std::string() : found->first;
}

bool has_quality(VideoCodec codec) {
  return codec == VideoCodec::h264 || codec == VideoCodec::h265;
}

std::string options_of(const Ensemble& ensemble, const FilmOptions& options) {
  const CodecOptions& codec = options.codec;
  const CodecOptions usual;
  const std::string preset = codec.preset == default_preset(ensemble.speed()) ? "" : codec.preset;
  const auto& precision = options.session.backend.precision;
  const std::array<std::string, 9> parts{
      codec.codec == usual.codec ? "" : "codec " + name_in(video_codecs(), codec.codec),
      codec.crf == usual.crf || !has_quality(codec.codec) ? "" : fmt::format("crf {}", codec.crf),
      preset.empty() || !has_quality(codec.codec) ? "" : "preset " + preset,
      codec.pixel_format ? "pixel format " + *codec.pixel_format : "",
      options.range.from ? fmt::format("from {}", *options.range.from) : "",
      options.range.to ? fmt::format("to {}", *options.range.to) : "",
      options.stabilise == default_strength ? "" : fmt::format("stabilise {}", options.stabilise),
      options.side_by_side ? "side by side" : "",
      precision ? "precision " + name_in(precisions(), *precision) : ""};
  return options_text(parts);
}

}  // namespace

Provenance film_provenance(const Ensemble& ensemble, const FilmOptions& options, const std::string& program) {
  Provenance provenance = provenance_of(ensemble, options.session.render_factor, program);
  provenance.options = options_of(ensemble, options);
  return provenance;
}

std::optional<Provenance> stated_provenance(const std::filesystem::path& file) {
  try {
    const Input input(file, ignore_warnings);
    const AVDictionaryEntry* comment = av_dict_get(input.container().metadata, "comment", nullptr, 0);
    return comment == nullptr ? std::nullopt : statement_in(comment->value);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace colourize::film
