#include "apps/colourize/films.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "apps/colourize/interruption.h"
#include "apps/colourize/models.h"
#include "apps/colourize/record.h"
#include "film/film.h"
#include "film/provenance.h"
#include "film/video/extensions.h"
#include "system/mapped_file.h"

namespace colourize::apps {
namespace {

using Clock = std::chrono::steady_clock;

// Frames a second and the time left, from all that this call has done, because the frames of a film take the same time
// each.
class FilmProgressReport {
 public:
  FilmProgressReport(const Job& job, Console& console) : job_(job), console_(console) {}

  void show(const film::FilmProgress& progress) {
    if (progress.step != step_) begin_.reset();
    step_ = progress.step;
    if (step_ == film::FilmStep::joining) return console_.progress("", job_.source.string(), "  joining its segments");
    const std::int64_t here = progress.done - progress.done_before;
    if (here > 0 && !begin_) begin_ = {Clock::now(), here};
    if (!begin_ || here <= begin_->frames) return;
    const double speed = static_cast<double>(here - begin_->frames) / seconds_since(begin_->time);
    const double left = static_cast<double>(progress.expected - progress.done) / speed;
    const bool verifying = step_ == film::FilmStep::verifying;
    const std::string text = fmt::format("  {}{}/{}  {:.1f} frames/s  about {} left", verifying ? "verifying " : "",
                                         progress.done, progress.expected, speed, duration_text(std::max(left, 0.0)));
    console_.progress("", job_.source.string(), text);
    if (console_.draws() || seconds_since(last_line_) < line_interval) return;
    last_line_ = Clock::now();
    console_.line(job_.source.string() + text);
    console_.object({{"source", job_.source},
                     {"status", verifying ? "verifying" : "progress"},
                     {"pictures", progress.done},
                     {"expected", progress.expected},
                     {"pictures_per_second", speed},
                     {"seconds_left", left}});
  }

 private:
  struct Beginning {
    Clock::time_point time;
    std::int64_t frames;  // frames written at that time
  };
  static constexpr double line_interval = 30;  // seconds

  const Job& job_;
  Console& console_;
  film::FilmStep step_ = film::FilmStep::colouring;
  std::optional<Beginning> begin_;  // set after the first frame, because the weights are packed before it
  Clock::time_point last_line_ = Clock::now();
};

std::string faults_text(const film::DecodingFaults& faults) {
  std::string text;
  if (faults.lost > 0) text += fmt::format(", {} broken parts skipped", faults.lost);
  if (faults.damaged > 0) text += fmt::format(", {} frames were damaged", faults.damaged);
  if (faults.gaps > 0) text += fmt::format(", {} gaps without frames", faults.gaps);
  if (faults.timestamps > 0) text += fmt::format(", {} times were estimated", faults.timestamps);
  return text;
}

void report(const Job& job, const ColourArguments& arguments, const film::FilmResult& result, double seconds,
            Console& console, const JobWarnings& warnings) {
  const std::int64_t here = result.frames - result.done_before;
  const std::string before =
      result.done_before > 0 ? fmt::format(" ({} from an earlier call)", result.done_before) : "";
  const std::string verified = !result.verified       ? ""
                               : result.luma_verified ? ", verified: number, times and every bit of luma"
                                                      : ", verified: number and times";
  console.line(fmt::format("{} -> {}  {} frames{}{}, {}{}", job.source.string(), job.target.string(), result.frames,
                           before, faults_text(result.faults), duration_text(seconds), verified));
  nlohmann::json record{{"source", job.source},
                        {"target", job.target},
                        {"status", "done"},
                        {"kind", "film"},
                        {"pictures", result.frames},
                        {"done_before", result.done_before},
                        {"scenes", result.scenes},
                        {"lost", result.faults.lost},
                        {"damaged", result.faults.damaged},
                        {"gaps", result.faults.gaps},
                        {"timestamps_made_up", result.faults.timestamps},
                        {"device", result.device},
                        {"render_factor", result.side / 16},
                        {"stabilise", arguments.film.stabilise},
                        {"verified", result.verified},
                        {"luma_verified", result.luma_verified},
                        {"seconds", seconds},
                        {"pictures_per_second", static_cast<double>(here) / std::max(seconds, 1e-9)}};
  record.update(warnings.facts());
  console.object(record);
}

// The engine also refuses a pipe by its name, but only here is the right command known.
void expect_no_pipe(const Job& job) {
  std::error_code ignored;
  if (!std::filesystem::is_fifo(job.source, ignored)) return;
  throw Error(ErrorKind::invalid, job.source.string(),
              "is a pipe, which can be read only once, but colouring a film reads it twice",
              fmt::format("read it as the standard input: - -o {} <{}", job.target.string(), job.source.string()));
}

}  // namespace

film::FilmOptions film_options(const ColourArguments& arguments) {
  return {.session = {.devices = arguments.common.devices(),
                      .backend = arguments.common.backend_options(),
                      .render_factor = arguments.render_factor,
                      .together = 0},
          .codec = arguments.film.codec,
          .range = arguments.film.range,
          .stabilise = arguments.film.stabilise,
          .side_by_side = arguments.side_by_side,
          .discard = arguments.film.discard,
          .verify = arguments.film.verify,
          .stated_program = arguments.no_provenance ? "" : program_name(),
          .megapixels = arguments.max_megapixels};
}

FilmOutcome colour_film(const Job& job, const ColourArguments& arguments, const Ensemble& ensemble, Console& console,
                        const JobWarnings& warnings) {
  const film::FilmOptions options = film_options(arguments);
  const auto begin = Clock::now();
  const Warn warn = warnings.sink();
  FilmProgressReport progress(job, console);
  const auto show = [&](const film::FilmProgress& done) { progress.show(done); };
  if (job.target == "-") {
    film::stream_film(job.source, ensemble, options, {.progress = show, .stop = {}, .warn = warn});
    console.clear_progress();
    return {.whole = true};
  }
  expect_no_pipe(job);
  const Interruption interruption;
  bool said = false;
  const auto stop = [&] {
    if (Interruption::requested() && !said) {
      warn("finishing the current step; press ^C again to stop at once, which loses only that step");
      said = true;
    }
    return said;
  };
  const film::FilmResult result =
      film::colourize_film(job.source, job.target, ensemble, options, {.progress = show, .stop = stop, .warn = warn});
  if (result.whole) {
    if (arguments.record) {
      Provenance stated = film::film_provenance(ensemble, options, program_name());
      describe_source(stated, MappedFile(job.source).bytes());
      write_record(job, arguments, stated, result.device);
    }
    const bool unverified = arguments.film.verify && !result.verified;
    const std::string advice =
        job.target.string() +
        ": is complete, but was not verified to its end; --overwrite colours and verifies it again";
    if (unverified) warnings.keep(advice);
    report(job, arguments, result, seconds_since(begin), console, warnings);
    if (unverified) terminal_warnings()(advice);
    return {.whole = true, .unverified = unverified, .interrupted = Interruption::requested()};
  }
  console.line(fmt::format("{}: stopped after {} frames; run the same command again to resume ({} holds them)",
                           job.source.string(), result.frames, film::journal_folder(job.target).string()));
  nlohmann::json record = warnings.facts();
  record.update({{"source", job.source}, {"target", job.target}, {"status", "stopped"}, {"pictures", result.frames}});
  console.object(record);
  return {.whole = false, .interrupted = true};
}

}  // namespace colourize::apps
