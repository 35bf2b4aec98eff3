#include "apps/colourize/fetch.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <deque>

#include <nlohmann/json.hpp>

#include "apps/colourize/advice.h"
#include "apps/colourize/console.h"
#include "apps/colourize/models.h"
#include "apps/colourize/warnings.h"
#include "colourize/colourize.hpp"
#include "converter/opening.h"
#include "system/error.h"
#include "weights/catalogue.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double megabyte = 1e6;

// A line that is drawn over on a terminal; a line for each tenth elsewhere.
class DownloadProgress {
 public:
  DownloadProgress(Console& console, std::string file) : console_(console), file_(std::move(file)) {}

  void show(std::uintmax_t done, std::uintmax_t all) {
    remember(done);
    const std::string text = fmt::format("  {:.1f} of {:.1f} MB{}", static_cast<double>(done) / megabyte,
                                         static_cast<double>(all) / megabyte, time_left(all - done));
    if (console_.draws()) return console_.progress("", file_, text);
    const int tenth = static_cast<int>(done * 10 / std::max<std::uintmax_t>(all, 1));
    if (tenth == last_tenth_) return;
    last_tenth_ = tenth;
    console_.line(file_ + text);
  }

 private:
  struct Sample {
    Clock::time_point time;
    std::uintmax_t done;
  };

  void remember(std::uintmax_t done) {
    constexpr auto interval = std::chrono::milliseconds(100);
    constexpr auto window = std::chrono::seconds(10);
    const auto now = Clock::now();
    // Fewer than before: a server began again.
    if (!samples_.empty() && done < samples_.back().done) samples_.clear();
    if (!samples_.empty() && now - samples_.back().time < interval) return;
    samples_.push_back({now, done});
    while (now - samples_.front().time > window) samples_.pop_front();
  }

  // Uses the speed of the last seconds, because the speed of the whole says little about a connection that has slowed
  // down. What was there before this call does not count.
  std::string time_left(std::uintmax_t bytes) const {
    const double seconds = std::chrono::duration<double>(samples_.back().time - samples_.front().time).count();
    const auto came = static_cast<double>(samples_.back().done - samples_.front().done);
    if (bytes == 0 || seconds < 1 || came <= 0) return {};
    const double speed = came / seconds;
    return fmt::format("  {:.1f} MB/s  about {} left", speed / megabyte,
                       duration_text(static_cast<double>(bytes) / speed));
  }

  Console& console_;
  std::string file_;
  int last_tenth_ = -1;
  std::deque<Sample> samples_;
};

void install(const FetchArguments& arguments, const download::Description& description, const fs::path& target,
             Console& console) {
  const auto begin = Clock::now();
  converter::make_models_folder(target.parent_path());
  DownloadProgress progress(console, description.file);
  download::FetchOptions options;
  options.transfer.user_agent = "colourize/" + version();
  options.transfer.progress = [&](std::uintmax_t done, std::uintmax_t all) { progress.show(done, all); };
  // Converted weights are as large as the checkpoint, within one part in a thousand.
  options.further_bytes = arguments.half ? description.bytes / 2 : description.bytes;
  download::Fetched fetched = download::fetch(description, target.parent_path(), options, terminal_warnings());
  const fs::path source = fetched.path();
  const bool downloaded = fetched.downloaded();
  console.progress("converting ", description.file, "");

  converter::Conversion result;
  try {
    result = converter::convert(source, target,
                                {.half = arguments.half,
                                 .version = "colourize " + version(),
                                 .source_name = downloaded ? fs::path(description.file) : fs::path(),
                                 .progress = [&](double fraction) {
                                   console.progress("converting ", description.file,
                                                    fmt::format("  {:.0f}%", 100 * fraction));
                                 }});
  } catch (const Error& problem) {
    // A file with the wrong checksum that is not a generator either is not worth resuming. A file that found too little
    // disk space is.
    const bool no_generator = problem.kind() == ErrorKind::damaged || problem.kind() == ErrorKind::unsupported;
    if (!fetched.checksum_matches() && no_generator) fetched.discard();
    throw;
  }
  fetched.discard();

  const std::string remark = weights::published_remark(result.bytes, result.sha256);
  console.line(fmt::format("{}: installed as {}, generator {}{}", arguments.name, target.string(), result.generator,
                           remark.empty() ? "" : "; " + remark));
  console.object({{"model", arguments.name},
                  {"status", "done"},
                  {"source", downloaded ? nlohmann::json() : nlohmann::json(source)},
                  {"source_bytes", result.bytes},
                  {"source_sha256", result.sha256},
                  {"sum_matches", fetched.checksum_matches()},
                  {"remark", remark},
                  {"target", target},
                  {"generator", result.generator},
                  {"seconds", seconds_since(begin)}});
}

}  // namespace

int fetch_model(const FetchArguments& arguments) {
  const auto models = weights::published_models();
  const auto model = std::ranges::find(models, arguments.name, &weights::PublishedModel::name);
  if (model == models.end()) {
    throw Error(ErrorKind::not_found, "model " + arguments.name, "is not a published model",
                "colourize models lists them");
  }
  download::Description description{.file = std::string(model->file),
                                    .bytes = model->bytes,
                                    .sha256 = std::string(model->sha256),
                                    .checksum_is_certain = model->checksum_is_certain,
                                    .sources = {model->mirrors.begin(), model->mirrors.end()}};
  if (arguments.from) description.sources = {*arguments.from};
  return fetch_model(arguments, description);
}

int fetch_model(const FetchArguments& arguments, const download::Description& description) {
  Console console(arguments.json, arguments.quiet);
  const fs::path target = weights::models_folder(arguments.models_dir) / (arguments.name + ".safetensors");
  std::error_code unreachable;  // then installing will say why
  if (!arguments.overwrite && fs::exists(target, unreachable)) {
    console.line(
        fmt::format("{}: installed before, as {} (--overwrite to fetch it again)", arguments.name, target.string()));
    console.object({{"model", arguments.name}, {"status", "skipped"}, {"target", target}});
    return 0;
  }
  try {
    install(arguments, description, target, console);
  } catch (const Error& problem) {
    console.clear_progress();
    console.object({{"model", arguments.name},
                    {"status", "failed"},
                    {"error", sentence(problem)},
                    {"kind", name_of(problem.kind())}});
    throw;
  }
  return 0;
}

}  // namespace colourize::apps
