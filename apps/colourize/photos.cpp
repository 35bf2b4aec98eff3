#include "apps/colourize/photos.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <new>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/models.h"
#include "engine/device.h"
#include "engine/generators/generator.h"
#include "engine/photo/colourizer.h"
#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "engine/photo/jobs.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class Run {
 public:
  Run(const PhotoArguments& arguments, photo::JobList jobs)
      : arguments_(arguments),
        jobs_(std::move(jobs)),
        console_(arguments.common.json, arguments.common.quiet),
        generator_(build_generator(open_model(arguments.common))),
        backend_(open_device(arguments.common.device, arguments.common.backend_options())),
        colourizer_(make_colourizer()) {
    if (arguments.render_factor && 16 * *arguments.render_factor != colourizer_->side()) {
      spdlog::warn("the generator {} takes sides that are multiples of {}: render factor {} becomes {}",
                   generator_.name, generator_.size_multiple, *arguments.render_factor, colourizer_->side() / 16);
    }
  }

  int run() {
    for (const Error& failure : jobs_.failures) fail(failure.subject(), failure);
    for (const photo::Job& job : jobs_.jobs) {
      try {
        colourize(job);
      } catch (const Error& problem) {
        fail(job.source, problem);
      } catch (const std::bad_alloc&) {
        fail(job.source, Error(job.source.string(), "needs more memory than there is", "choose a smaller picture"));
      } catch (const std::exception& problem) {
        // One picture's surprise must not cost the others.
        fail(job.source, Error(job.source.string(), problem.what()));
      }
    }
    summarise();
    return failures_.empty() ? 0 : 1;
  }

 private:
  void colourize(const photo::Job& job) {
    std::error_code unreachable;  // then writing there will say why
    if (!arguments_.overwrite && fs::exists(job.target, unreachable)) {
      ++skipped_;
      console_.line(fmt::format("{}: done before, as {} (--overwrite to colour it again)", job.source.string(),
                                job.target.string()));
      console_.object({{"source", job.source}, {"target", job.target}, {"status", "skipped"}});
      return;
    }
    const auto begin = std::chrono::steady_clock::now();
    current_ = job.source.string();
    photo_begin_ = begin;
    make_target_folder(job, arguments_.output);
    const photo::Photo before = photo::decode(job.source, {.megapixels = arguments_.max_megapixels});
    const photo::Photo after = colourize_somewhere(before);
    photo::write(arguments_.side_by_side ? photo::side_by_side(before, after) : after, job.target);
    const double seconds = seconds_since(begin);
    ++done_;
    console_.line(fmt::format("{} -> {}  {}", job.source.string(), job.target.string(), duration_text(seconds)));
    console_.object({{"source", job.source},
                     {"target", job.target},
                     {"status", "done"},
                     {"width", before.width()},
                     {"height", before.height()},
                     {"bits", before.bits()},
                     {"seconds", seconds}});
  }

  std::unique_ptr<photo::Colourizer> make_colourizer() {
    auto colourizer = std::make_unique<photo::Colourizer>(
        generator_, *backend_,
        photo::ColourizerOptions{.render_factor = arguments_.render_factor, .exact = arguments_.exact});
    colourizer->set_progress([this](double fraction) { show_progress(fraction); });
    return colourizer;
  }

  // On the device, or where its memory does not suffice and nobody has asked for it by name on the next one, from now on.
  photo::Photo colourize_somewhere(const photo::Photo& before) {
    try {
      return colourizer_->colourize(before);
    } catch (const OutOfMemory& problem) {
      auto next =
          arguments_.common.device == "auto" ? next_device(*backend_, arguments_.common.backend_options()) : nullptr;
      if (next == nullptr) throw;
      spdlog::warn("{}; going on with the device {}", problem.what(), next->name());
      colourizer_.reset();  // before its backend goes
      backend_ = std::move(next);
      colourizer_ = make_colourizer();
      return colourizer_->colourize(before);
    }
  }

  void fail(const fs::path& source, const Error& problem) {
    failures_.emplace_back(problem.what());
    console_.error(problem.what());
    console_.object({{"source", source}, {"status", "failed"}, {"error", problem.what()}});
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
    if (jobs_.jobs.empty() && failures_.empty()) console_.line("no pictures were found");
    if (jobs_.jobs.size() + jobs_.failures.size() > 1) {
      console_.line(fmt::format("{} coloured, {} done before, {} failed, {}", done_, skipped_, failures_.size(),
                                duration_text(seconds_since(begin_))));
      if (!failures_.empty()) console_.error("these failed:");
      for (const std::string& failure : failures_) console_.error("  " + failure);
    }
    if (!arguments_.common.json) return;
    console_.object({{"summary",
                      {{"done", done_},
                       {"skipped", skipped_},
                       {"failed", failures_.size()},
                       {"seconds", seconds_since(begin_)},
                       {"generator", generator_.name},
                       {"render_factor", colourizer_->side() / 16},
                       {"device", backend_->name()},
                       {"arena_bytes", done_ > 0 ? colourizer_->arena_bytes() : 0},
                       {"weights_bytes", generator_.weights->bytes()},
                       {"peak_memory_bytes", peak_memory_bytes()}}}});
  }

  const PhotoArguments& arguments_;
  photo::JobList jobs_;
  Console console_;
  Generator generator_;
  std::unique_ptr<kernels::Backend> backend_;
  std::unique_ptr<photo::Colourizer> colourizer_;

  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point photo_begin_ = begin_;
  std::string current_;
  std::size_t done_ = 0;
  std::size_t skipped_ = 0;
  std::vector<std::string> failures_;
};

}  // namespace

int colourize_photos(const PhotoArguments& arguments) {
  Run run(arguments, photo::list_jobs(arguments.inputs, arguments.output));
  return run.run();
}

}  // namespace colourize::apps
