#include "apps/colourize/colour.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "apps/colourize/advice.h"
#include "apps/colourize/console.h"
#include "apps/colourize/earlier_result.h"
#include "apps/colourize/films.h"
#include "apps/colourize/jobs.h"
#include "apps/colourize/models.h"
#include "apps/colourize/photo_jobs.h"
#include "apps/colourize/record.h"
#include "apps/colourize/warnings.h"
#include "engine/generators/ensemble.h"
#include "engine/provenance.h"
#include "engine/session/session.h"
#include "film/output/journal.h"
#include "film/provenance.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

bool is_picture(const Job& job) {
  return job.kind == JobKind::picture;
}

// "-" is no file, so nobody looks for it.
JobList jobs_of(const ColourArguments& arguments) {
  if (arguments.inputs.front() == "-" || arguments.output == "-") {
    return {.jobs = {{JobKind::film, arguments.inputs.front(), arguments.output.value_or("-")}}, .failures = {}};
  }
  return list_jobs(arguments.inputs, arguments.output);
}

std::optional<Recorded> recorded_in(const ColourArguments& given) {
  return given.from_record ? std::optional(read_record(given)) : std::nullopt;
}

session::SessionOptions session_options(const ColourArguments& arguments, std::size_t together) {
  return {.devices = arguments.common.devices(),
          .backend = arguments.common.backend_options(),
          .render_factor = arguments.render_factor,
          .together = together};
}

class Run {
 public:
  // `recorded`: the record that the arguments come from; null: they come from the command line.
  Run(const ColourArguments& arguments, const Recorded* recorded, JobList jobs)
      : arguments_(arguments),
        recorded_(recorded),
        jobs_(std::move(jobs)),
        console_(arguments.common.json, arguments.common.quiet || arguments.output == "-"),
        ensemble_(build_ensemble(open_models(arguments.common))),
        provenance_(provenance_of(ensemble_, arguments.render_factor, program_name())) {
    if (recorded_ != nullptr && !jobs_.jobs.empty()) expect_recorded(*recorded_, jobs_.jobs.front(), provenance_);
    for (const Member& member : ensemble_.members()) warn_of_another_side(*member.generator);
    if (arguments.exact && !std::ranges::all_of(jobs_.jobs, is_picture)) {
      warn_("--exact is for pictures: the luma of films stays as it is, and only their chroma is computed");
    }
    if (const std::string left_out = sentence_of(jobs_.left_out); !left_out.empty()) warn_(left_out);
    // A problem of the device affects all pictures. Films open their own sessions.
    const auto pictures = std::ranges::count_if(jobs_.jobs, is_picture);
    if (jobs_.jobs.empty() || pictures > 0) {
      session_.emplace(
          ensemble_,
          session_options(arguments, PhotoJobs::most_together(arguments.common, static_cast<std::size_t>(pictures))),
          warn_);
    }
  }

  int run() {
    for (const Error& failure : jobs_.failures) fail(failure.subject(), failure, nlohmann::json::object());
    const std::span<const Job> jobs = jobs_.jobs;
    for (std::size_t i = 0; i < jobs.size() && !stopped_;) {
      const auto films = std::ranges::find_if_not(jobs.subspan(i), is_picture);
      const auto pictures = static_cast<std::size_t>(films - jobs.subspan(i).begin());
      if (pictures > 0) colour_pictures(jobs.subspan(i, pictures));
      i += pictures;
      // Films need its memory, and no pictures follow.
      if (std::ranges::none_of(jobs.subspan(i), is_picture)) close_session();
      if (i < jobs.size()) colour_one_film(jobs[i++]);
    }
    if (recorded_ != nullptr && done_ == 1) compare_with_record();
    summarise();
    const bool complete = jobs_.left_out.empty() || !arguments_.strict;
    return failures_.empty() && different_ == 0 && !stopped_ && complete ? 0 : 1;
  }

 private:
  void warn_of_another_side(const Generator& generator) const {
    if (!arguments_.render_factor) return;
    const int side = input_side(generator, *arguments_.render_factor);
    if (16 * *arguments_.render_factor == side) return;
    warn_(fmt::format("the generator {} takes sides that are multiples of {}: render factor {} becomes {}",
                      generator.name, generator.size_multiple, *arguments_.render_factor, side / 16));
  }

  void colour_pictures(std::span<const Job> jobs) {
    pictures_begin_ = std::chrono::steady_clock::now();
    const std::size_t before = done_ + skipped_ + different_ + failures_.size();
    PhotoJobs(arguments_, *session_, provenance_)
        .run(
            jobs, [this](const Job& job, PhotoOutcome outcome) { report(job, std::move(outcome)); },
            [&](const PhotosProgress& progress) { show_progress(jobs, before, progress); });
  }

  void report(const Job& job, PhotoOutcome outcome) {
    if (std::holds_alternative<Skipped>(outcome)) return skip(job);
    if (const auto* different = std::get_if<Different>(&outcome)) return leave(job, different->differs);
    if (const auto* failed = std::get_if<Failed>(&outcome)) return fail(job.source, failed->problem, failed->facts);
    auto& [facts, seconds] = std::get<Coloured>(outcome);
    ++done_;
    ++coloured_pictures_;
    const std::string pages = facts.contains("pages") ? fmt::format("{} pages, ", facts["pages"].get<int>()) : "";
    console_.line(
        fmt::format("{} -> {}  {}{}", job.source.string(), job.target.string(), pages, duration_text(seconds)));
    facts.update({{"source", job.source}, {"target", job.target}, {"status", "done"}, {"seconds", seconds}});
    console_.object(facts);
  }

  void colour_one_film(const Job& job) {
    const JobWarnings warnings;
    const auto failed = [&](const Error& problem) { fail(job.source, problem, warnings.facts()); };
    try {
      if (job.target != "-") {
        const Provenance wanted = film::film_provenance(ensemble_, film_options(arguments_), program_name());
        const EarlierResult earlier = earlier_result(job, wanted, arguments_);
        if (earlier.there && !earlier.differs.empty()) return leave(job, earlier.differs);
        if (earlier.there) {
          film::Journal::remove_left_over(job.target);
          return skip(job);
        }
      }
      if (job.target != "-") make_target_folder(job, arguments_.output);
      const FilmOutcome outcome = colour_film(job, arguments_, ensemble_, console_, warnings);
      // Where nothing is left to begin, ^C comes too late to change anything.
      stopped_ = !outcome.whole || outcome.unverified || (outcome.interrupted && &job != &jobs_.jobs.back());
      if (outcome.whole) ++done_;
    } catch (const Error& problem) {
      failed(problem);
    } catch (const std::bad_alloc&) {
      failed(Error(ErrorKind::no_memory, job.source.string(), "needs more memory than there is",
                   "close other programs and try again"));
    } catch (const std::exception& problem) {
      // A surprise in one film must not stop the others.
      failed(Error(ErrorKind::failed, job.source.string(), problem.what()));
    }
  }

  void skip(const Job& job) {
    ++skipped_;
    console_.line(fmt::format("{}: done before, as {} (--overwrite to colour it again)", job.source.string(),
                              job.target.string()));
    console_.object({{"source", job.source}, {"target", job.target}, {"status", "skipped"}});
  }

  // What lies at the result's place was made otherwise: it stays, and does not count as done.
  void leave(const Job& job, const std::vector<std::string>& differs) {
    ++different_;
    std::string reasons;
    for (const std::string& reason : differs) reasons += (reasons.empty() ? "" : "; ") + reason;
    console_.error(
        fmt::format("{}: is not coloured, because {} is there and was not made so: {} (--overwrite to colour it)",
                    job.source.string(), job.target.string(), reasons));
    console_.object({{"source", job.source}, {"target", job.target}, {"status", "different"}, {"differs", differs}});
  }

  // Once the only job is done.
  void compare_with_record() {
    try {
      expect_same_result(*recorded_, jobs_.jobs.front());
    } catch (const Error& problem) {
      fail(jobs_.jobs.front().source, problem, nlohmann::json::object());
    }
  }

  // facts: for machines, in addition to the problem's own.
  void fail(const fs::path& source, const Error& problem, const nlohmann::json& facts) {
    failures_.push_back(sentence(problem));
    console_.failure(source, problem, facts);
  }

  void close_session() {
    if (!session_) return;
    session_facts_ = {{"render_factor", session_->side() / 16},
                      {"device", session_->device()},
                      {"arena_bytes", coloured_pictures_ > 0 ? session_->arena_bytes() : 0}};
    session_.reset();
  }

  // The time left, from what is done so far: pictures, and parts of those that are with the generator now.
  void show_progress(std::span<const Job> jobs, std::size_t before, const PhotosProgress& progress) {
    const std::size_t total = jobs_.jobs.size() + jobs_.failures.size();
    const double left = seconds_since(pictures_begin_) / std::max(progress.done, 1e-3) * progress.left;
    console_.progress(fmt::format("[{}/{}] ", before + progress.current + 1, total),
                      jobs[progress.current].source.string(),
                      fmt::format("  {:.0f}%  about {} left", 100 * progress.fraction, duration_text(left)));
  }

  void summarise() {
    if (jobs_.jobs.empty() && failures_.empty()) console_.line("found no pictures and no films that can be read");
    if (jobs_.jobs.size() + jobs_.failures.size() > 1) {
      const std::string different = different_ > 0 ? fmt::format(", {} made otherwise", different_) : "";
      console_.line(fmt::format("{} coloured, {} done before{}, {} failed, {}", done_, skipped_, different,
                                failures_.size(), duration_text(seconds_since(begin_))));
      if (!failures_.empty()) console_.error("these failed:");
      for (const std::string& failure : failures_) console_.error("  " + failure);
    }
    if (!arguments_.common.json) return;
    nlohmann::json summary = nlohmann::json::object();
    close_session();
    summary.update(session_facts_);
    summary.update(warnings_.facts());
    if (!jobs_.left_out.empty()) summary["left_out"] = jobs_.left_out;
    summary.update({{"done", done_},
                    {"skipped", skipped_},
                    {"different", different_},
                    {"failed", failures_.size()},
                    {"seconds", seconds_since(begin_)},
                    {"generator", ensemble_.name()},
                    {"weights_bytes", ensemble_.weights_bytes()},
                    {"peak_memory_bytes", peak_memory_bytes()}});
    console_.object({{"summary", summary}});
  }

  const ColourArguments& arguments_;
  const Recorded* recorded_;  // null: none
  JobList jobs_;
  Console console_;
  const JobWarnings warnings_;  // of all jobs together: the generators, the devices
  const Warn warn_ = warnings_.sink();
  Ensemble ensemble_;
  const Provenance provenance_;              // of the generators
  std::optional<session::Session> session_;  // none: there is no picture among the jobs, or none is left
  nlohmann::json session_facts_ = nlohmann::json::object();  // for the summary, once it is closed

  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point pictures_begin_ = begin_;  // of those that follow each other now
  std::size_t done_ = 0;
  std::size_t coloured_pictures_ = 0;
  std::size_t skipped_ = 0;
  std::size_t different_ = 0;
  bool stopped_ = false;  // by ^C
  std::vector<std::string> failures_;
};

}  // namespace

int colour(const ColourArguments& given) {
  const std::optional<Recorded> recorded = recorded_in(given);
  const ColourArguments& arguments = recorded ? recorded->arguments : given;
  Run run(arguments, recorded ? &*recorded : nullptr, jobs_of(arguments));
  return run.run();
}

}  // namespace colourize::apps
