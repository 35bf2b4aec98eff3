#include "film/identity.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "system/mapped_file.h"
#include "system/sha256.h"

namespace colourize::film {
namespace {

using nlohmann::json;

// Bytes that go into the checksum at the beginning and at the end of a file.
constexpr std::size_t hashed_bytes = 1U << 20U;
// Of a tensor, values at evenly spaced places go into the checksum. A smaller tensor goes in whole.
constexpr std::size_t hashed_places = 16;
constexpr std::size_t hashed_values = 256;

json film_identity(const std::filesystem::path& source) {
  if (source == "-") return "standard input";
  const MappedFile file(source);
  const std::span<const std::byte> bytes = file.bytes();
  const std::size_t part = std::min(bytes.size(), hashed_bytes);
  return {{"bytes", bytes.size()}, {"begins", sha256(bytes.first(part))}, {"ends", sha256(bytes.last(part))}};
}

// The metadata counts too, because it alone holds a generator's temperature.
json generator_identity(const Generator& generator) {
  std::vector<std::byte> hashed;
  const auto add = [&](const auto& values) {
    const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
    hashed.insert(hashed.end(), bytes.begin(), bytes.end());
  };
  for (const auto& [key, value] : generator.weights->metadata()) {
    add(key);
    add(value);
  }
  for (const std::string& name : generator.weights->names()) {
    add(name);
    if (!generator.weights->is_floating(name)) continue;
    std::size_t count = 1;
    for (const std::int64_t extent : generator.weights->shape(name)) count *= static_cast<std::size_t>(extent);
    if (count <= hashed_places * hashed_values) {
      add(generator.weights->part(name, 0, count));
      continue;
    }
    for (std::size_t place = 0; place < hashed_places; ++place) {
      add(generator.weights->part(name, (count - hashed_values) * place / (hashed_places - 1), hashed_values));
    }
  }
  return {{"name", generator.name}, {"bytes", generator.weights->bytes()}, {"sum", sha256(hashed)}};
}

std::string name_of(VideoCodec codec) {
  return std::ranges::find(video_codecs(), codec, [](const auto& entry) { return entry.second; })->first;
}

// One generator, or a list of them with their shares and sides, in the order in which they are averaged.
json generators_identity(const session::Session& session) {
  const auto members = session.members();
  if (members.size() == 1) return generator_identity(*members.front().generator);
  json all = json::array();
  for (const session::SessionMember& member : members) {
    json one = generator_identity(*member.generator);
    one.update({{"share", member.share}, {"side", member.side}});
    all.push_back(std::move(one));
  }
  return all;
}

json moment(const std::optional<double>& seconds) {
  return seconds ? json(*seconds) : json();
}

}  // namespace

json identity_of(const std::filesystem::path& source, const session::Session& session, const VideoFormat& format,
                 const FilmOptions& options) {
  const std::optional<kernels::Precision> precision = options.session.backend.precision;
  return {{"version", 3},
          {"film", film_identity(source)},
          {"generator", generators_identity(session)},
          {"render factor", session.side() / 16},
          {"device", session.hardware()},
          {"precision", precision ? json(static_cast<int>(*precision)) : json()},
          {"codec", name_of(format.options.codec)},
          {"crf", format.options.crf},
          {"preset", format.options.preset},
          {"pixel format", av_get_pix_fmt_name(format.output.format)},
          {"container's headers", format.global_header},
          {"container's order", format.reorders},
          {"from", moment(options.range.from)},
          {"to", moment(options.range.to)},
          {"stabilise", options.stabilise},
          {"side by side", options.side_by_side}};
}

}  // namespace colourize::film
