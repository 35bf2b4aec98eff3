#include "engine/film/room.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "system/error.h"

namespace colourize::film {
namespace {

std::string size_text(double bytes) {
  constexpr double megabyte = 1e6;
  constexpr double gigabyte = 1e9;
  return bytes >= gigabyte ? fmt::format("{:.1f} GB", bytes / gigabyte) : fmt::format("{:.0f} MB", bytes / megabyte);
}

}  // namespace

void check_room(const std::filesystem::path& target, const Input& input, const Decoder& decoder,
                const VideoFormat& format, const Journal& journal) {
  std::error_code unknown;
  const std::filesystem::path folder = target.has_parent_path() ? target.parent_path() : ".";
  const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
  if (unknown) return;
  double written = 0;
  double done = 0;
  for (const Segment& segment : journal.segments()) {
    written += static_cast<double>(segment.bytes);
    done += static_cast<double>(segment.pictures.size());
  }
  const double pictures = static_cast<double>(decoder.expected_frames());
  // What is there says more than a guess.
  const double picture = done > 0 ? written / done : estimated_bytes(format.options, format.pictures);
  const double video = std::max(pictures, done) * picture;
  const std::int64_t source_bytes = input.container().pb == nullptr ? 0 : avio_size(input.container().pb);
  // Sound and all else: no more than the source.
  const double others =
      input.container().nb_streams > 1 && source_bytes > 0 ? static_cast<double>(source_bytes) * 0.2 : 0;
  const double needed = 2 * video - written + others;
  const auto free = static_cast<double>(space.available);
  if (needed <= free) return;
  const std::string what = fmt::format("needs about {} on the disk, finished parts included, where {} are free",
                                       size_text(needed), size_text(free));
  if (free < needed / 2) throw Error(target.string(), what, "make room, or choose another disk with -o");
  spdlog::warn("{}: {}", target.string(), what);
}

}  // namespace colourize::film
