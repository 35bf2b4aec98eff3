#include "apps/colourize/colour.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>

#include <nlohmann/json.hpp>

#include "apps/colourize/advice.h"
#include "apps/colourize/console.h"
#include "apps/colourize/films.h"
#include "apps/colourize/jobs.h"
#include "apps/colourize/models.h"
#include "apps/colourize/photos.h"
#include "engine/film/output/journal.h"
#include "engine/generators/generator.h"

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

class Run {
 public:
  Run(const ColourArguments& arguments, JobList jobs)
      : arguments_(arguments),
        jobs_(std::move(jobs)),
        console_(arguments.common.json, arguments.common.quiet || arguments.output == "-"),
        generator_(build_generator(open_model(arguments.common))) {
    const int side = input_side(generator_, arguments.render_factor.value_or(generator_.default_render_factor));
    if (arguments.render_factor && 16 * *arguments.render_factor != side) {
      spdlog::warn("the generator {} takes sides that are multiples of {}: render factor {} becomes {}",
                   generator_.name, generator_.size_multiple, *arguments.render_factor, side / 16);
    }
    if (arguments.exact && !std::ranges::all_of(jobs_.jobs, is_picture)) {
      spdlog::warn("--exact is for pictures: the luma of films stays as it is, and only their chroma is computed");
    }
    // What is wrong with the device is wrong for all pictures; films open their own.
    if (jobs_.jobs.empty() || std::ranges::any_of(jobs_.jobs, is_picture)) {
      photos_ = std::make_unique<Photos>(arguments, generator_, [this](double fraction) { show_progress(fraction); });
    }
  }

  int run() {
    for (const Error& failure : jobs_.failures) fail(failure.subject(), failure);
    for (const Job& job : jobs_.jobs) {
      try {
        colour(job);
      } catch (const Error& problem) {
        fail(job.source, problem);
      } catch (const std::bad_alloc&) {
        fail(job.source, Error(ErrorKind::no_memory, job.source.string(), "needs more memory than there is",
                               is_picture(job) ? "choose a smaller picture" : "close other programs and try again"));
      } catch (const std::exception& problem) {
        // One picture's surprise must not cost the others.
        fail(job.source, Error(ErrorKind::failed, job.source.string(), problem.what()));
      }
      if (stopped_) break;
    }
    summarise();
    return failures_.empty() && !stopped_ ? 0 : 1;
  }

 private:
  void colour(const Job& job) {
    std::error_code unreachable;  // then writing there will say why
    if (!arguments_.overwrite && job.target != "-" && fs::exists(job.target, unreachable)) {
      ++skipped_;
      if (!is_picture(job)) film::Journal::remove_left_over(job.target);
      console_.line(fmt::format("{}: done before, as {} (--overwrite to colour it again)", job.source.string(),
                                job.target.string()));
      console_.object({{"source", job.source}, {"target", job.target}, {"status", "skipped"}});
      return;
    }
    current_ = job.source.string();
    photo_begin_ = std::chrono::steady_clock::now();
    if (job.target != "-") make_target_folder(job, arguments_.output);
    if (is_picture(job)) {
      colour_picture(job);
    } else {
      const FilmOutcome outcome = colour_film(job, arguments_, generator_, console_);
      // Where nothing is left to be begun, ^C has come too late to change anything.
      stopped_ = !outcome.whole || outcome.unverified || (outcome.interrupted && &job != &jobs_.jobs.back());
      if (!outcome.whole) return;
    }
    ++done_;
  }

  void colour_picture(const Job& job) {
    nlohmann::json facts = photos_->colour(job);
    const double seconds = seconds_since(photo_begin_);
    console_.line(fmt::format("{} -> {}  {}", job.source.string(), job.target.string(), duration_text(seconds)));
    facts.update({{"source", job.source}, {"target", job.target}, {"status", "done"}, {"seconds", seconds}});
    console_.object(facts);
  }

  void fail(const fs::path& source, const Error& problem) {
    failures_.push_back(sentence(problem));
    console_.failure(source, problem);
  }

  // The time left: of this photo from the part of its work that is done, of the others from the mean of those done.
  void show_progress(double fraction) {
    const double this_photo = seconds_since(photo_begin_) / std::max(fraction, 1e-3);
    const double all_so_far = seconds_since(begin_) - seconds_since(photo_begin_);
    const double mean = (all_so_far + this_photo) / static_cast<double>(done_ + 1);
    const std::size_t finished = done_ + skipped_ + failures_.size();
    const std::size_t total = jobs_.jobs.size() + jobs_.failures.size();
    const auto others = static_cast<double>(total - std::min(total, finished + 1));
    const double left = this_photo * (1 - fraction) + mean * others;
    console_.progress(fmt::format("[{}/{}] {}  {:.0f}%  about {} left", finished + 1, total, current_, 100 * fraction,
                                  duration_text(left)));
  }

  void summarise() {
    if (jobs_.jobs.empty() && failures_.empty()) console_.line("no pictures and no films were found");
    if (jobs_.jobs.size() + jobs_.failures.size() > 1) {
      console_.line(fmt::format("{} coloured, {} done before, {} failed, {}", done_, skipped_, failures_.size(),
                                duration_text(seconds_since(begin_))));
      if (!failures_.empty()) console_.error("these failed:");
      for (const std::string& failure : failures_) console_.error("  " + failure);
    }
    if (!arguments_.common.json) return;
    nlohmann::json summary = photos_ ? photos_->facts() : nlohmann::json::object();
    summary.update({{"done", done_},
                    {"skipped", skipped_},
                    {"failed", failures_.size()},
                    {"seconds", seconds_since(begin_)},
                    {"generator", generator_.name},
                    {"weights_bytes", generator_.weights->bytes()},
                    {"peak_memory_bytes", peak_memory_bytes()}});
    console_.object({{"summary", summary}});
  }

  const ColourArguments& arguments_;
  JobList jobs_;
  Console console_;
  Generator generator_;
  std::unique_ptr<Photos> photos_;  // null: there is no picture among the jobs

  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point photo_begin_ = begin_;
  std::string current_;
  std::size_t done_ = 0;
  std::size_t skipped_ = 0;
  bool stopped_ = false;  // by ^C
  std::vector<std::string> failures_;
};

}  // namespace

int colour(const ColourArguments& arguments) {
  Run run(arguments, jobs_of(arguments));
  return run.run();
}

}  // namespace colourize::apps
