#include "apps/colourize/earlier_result.h"

#include <filesystem>

#include "apps/colourize/record.h"
#include "engine/photo/provenance.h"
#include "film/provenance.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

bool is_newer(const fs::path& source, const fs::path& result) {
  std::error_code unknown;
  const auto changed = fs::last_write_time(source, unknown);
  if (unknown) return false;  // reading it will say why
  const auto made = fs::last_write_time(result, unknown);
  return !unknown && changed > made;
}

std::string bytes_in(const fs::path& source) {
  std::error_code unknown;
  const std::uintmax_t bytes = source == "-" ? 0 : fs::file_size(source, unknown);
  return source == "-" || unknown ? std::string() : std::to_string(bytes);
}

}  // namespace

void refuse_link(const fs::path& result) {
  std::error_code absent;
  if (fs::symlink_status(result, absent).type() != fs::file_type::symlink) return;
  throw Error(ErrorKind::refused, result.string(), "is a symbolic link, and nothing is written through one",
              "remove the link or choose another output");
}

EarlierResult earlier_result(const Job& job, Provenance wanted, const ColourArguments& arguments) {
  refuse_link(job.target);
  if (arguments.record) refuse_link(record_path(job.target));  // before the work
  std::error_code unreachable;                                 // then writing there will say why
  EarlierResult result{.there = fs::is_regular_file(job.target, unreachable)};
  if (arguments.overwrite) result.there = false;
  if (!result.there) return result;
  std::optional<Provenance> stated =
      job.kind == JobKind::film ? film::stated_provenance(job.target) : photo::stated_provenance(job.target);
  if (stated && arguments.no_provenance) result.differs.emplace_back("it states how it was made");
  if (!stated) stated = recorded_provenance(job.target);
  wanted.source_bytes = bytes_in(job.source);
  if (stated) {
    for (std::string& difference : differences(*stated, wanted)) result.differs.push_back(std::move(difference));
  } else if (!arguments.no_provenance) {
    result.differs.emplace_back("it does not state how it was made, so another program or an older version made it");
  }
  if (is_newer(job.source, job.target)) result.differs.emplace_back("its source is newer than it");
  if (arguments.record && !fs::exists(record_path(job.target), unreachable)) {
    result.differs.emplace_back("it has no record beside it");
  }
  return result;
}

}  // namespace colourize::apps
