#include "film/output/disk_space.h"

#include <fmt/core.h>

#include <algorithm>

#include "system/error.h"

namespace colourize::film {
namespace {

std::string size_text(double bytes) {
  constexpr double megabyte = 1e6;
  constexpr double gigabyte = 1e9;
  return bytes >= gigabyte ? fmt::format("{:.1f} GB", bytes / gigabyte) : fmt::format("{:.0f} MB", bytes / megabyte);
}

}  // namespace

DiskSpace::DiskSpace(const std::filesystem::path& target, const Input& input, const Decoder& decoder,
                     const VideoFormat& format, const Warn& warn)
    : target_(target),
      warn_(warn),
      frames_(static_cast<double>(decoder.expected_frames())),
      frame_bytes_(estimated_bytes(format.options, format.frames)),
      other_bytes_(0) {
  // Sound and everything else, by experience.
  constexpr double share_of_source = 0.2;
  const std::int64_t source_bytes = avio_size(input.container().pb);
  if (input.container().nb_streams > 1 && source_bytes > 0) {
    other_bytes_ = static_cast<double>(source_bytes) * share_of_source;
  }
}

void DiskSpace::check(const Journal& journal) {
  std::error_code unknown;
  const std::filesystem::path folder = target_.has_parent_path() ? target_.parent_path() : ".";
  const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
  if (unknown) return;
  double written = 0;
  double done = 0;
  for (const Segment& segment : journal.segments()) {
    written += static_cast<double>(segment.bytes);
    done += static_cast<double>(segment.frames.size());
  }
  // The finished segments say more than a guess.
  const double video = std::max(frames_, done) * (done > 0 ? written / done : frame_bytes_);
  const double needed = 2 * video - written + other_bytes_;
  const auto free = static_cast<double>(space.available);
  if (needed <= free) return;
  const std::string what =
      fmt::format("needs about {} more disk space for its segments and the film, but only {} are free",
                  size_text(needed), size_text(free));
  if (free < needed / 2) {
    throw Error(ErrorKind::no_disk, target_.string(), what,
                done > 0 ? "free disk space and run the same command again to resume"
                         : "free disk space, or choose another disk");
  }
  if (!warned_) warn_(target_.string() + ": " + what);
  warned_ = true;
}

}  // namespace colourize::film
