#include "apps/colourize/photo_jobs.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "apps/colourize/console.h"
#include "apps/colourize/earlier_result.h"
#include "apps/colourize/record.h"
#include "apps/colourize/warnings.h"
#include "engine/device.h"
#include "engine/photo/colourize.h"
#include "engine/photo/decode.h"
#include "engine/photo/own_colours.h"
#include "engine/photo/pages.h"
#include "engine/photo/provenance.h"
#include "kernels/thread_pool.h"
#include "system/available_memory.h"
#include "system/mapped_file.h"

namespace colourize::apps {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);

// A picture's samples, those of a grey one as they are stored and in three channels; and its luma while it is resized
// along its rows (or its columns, where it lies on its side).
std::size_t bytes_of(const photo::StoredSize& size, int side) {
  constexpr std::size_t most_channels = 4;
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  return width * height * most_channels * static_cast<std::size_t>(size.bits / 8) +
         std::max(width, height) * static_cast<std::size_t>(side) * sizeof(float);
}

// Before the picture takes it.
void warn_of_memory(const Job& job, std::size_t bytes, const Warn& warn) {
  constexpr std::size_t worth_saying = 1'000'000'000;
  if (bytes < worth_saying) return;
  const auto gigabytes = [](std::size_t count) { return static_cast<double>(count) / 1e9; };
  std::string text = fmt::format("{}: takes {:.1f} GB of memory", job.source.string(), gigabytes(bytes));
  if (const auto free = available_memory(); free && *free < bytes) {
    text += fmt::format(", and {:.1f} GB are free", gigabytes(*free));
  }
  warn(text);
}

}  // namespace

// Twice as many as there are threads: a GPU takes several at once, and meanwhile others are read and written.
std::size_t PhotoJobs::most_together(const CommonArguments& arguments, std::size_t jobs) {
  return std::clamp<std::size_t>(jobs, 1, 2 * static_cast<std::size_t>(kernels::threads_of(arguments.threads)));
}

void PhotoJobs::run(std::span<const Job> jobs, const std::function<void(const Job&, PhotoOutcome)>& finished,
                    const std::function<void(const PhotosProgress&)>& progress) {
  next_ = 0;
  fractions_.assign(jobs.size(), 0);
  outcomes_.assign(jobs.size(), {});
  // As many as the generator takes at once. Where it takes one, on all threads, the next pictures are read and the last
  // ones written meanwhile.
  constexpr std::size_t few = 4;
  const auto threads = static_cast<std::size_t>(kernels::threads_of(arguments_.common.threads));
  const std::size_t together = std::min(std::clamp(session_.depth(), std::min(threads, few), 2 * threads),
                                        most_together(arguments_.common, jobs.size()));
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < together; ++i) {
    try {
      workers.emplace_back([&] { work(jobs); });
    } catch (const std::system_error&) {
      if (workers.empty()) throw;  // otherwise continue with those that started
    }
  }
  try {
    report(jobs, finished, progress);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    next_ = jobs.size();  // nobody would receive the others
    throw;
  }
}

void PhotoJobs::report(std::span<const Job> jobs, const std::function<void(const Job&, PhotoOutcome)>& finished,
                       const std::function<void(const PhotosProgress&)>& progress) {
  std::unique_lock lock(mutex_);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    while (!changed_.wait_for(lock, redraw_interval, [&] { return outcomes_[i].has_value(); })) {
      const PhotosProgress now = progress_from(i);
      lock.unlock();
      progress(now);
      lock.lock();
    }
    PhotoOutcome outcome = *std::move(outcomes_[i]);
    lock.unlock();
    finished(jobs[i], std::move(outcome));
    lock.lock();
  }
}

void PhotoJobs::work(std::span<const Job> jobs) {
  while (true) {
    std::size_t index = 0;
    {
      const std::lock_guard lock(mutex_);
      if (next_ == jobs.size()) return;
      index = next_++;
    }
    PhotoOutcome outcome = outcome_of(jobs[index], index);
    const std::lock_guard lock(mutex_);
    fractions_[index] = std::holds_alternative<Coloured>(outcome) ? 1 : -1;
    outcomes_[index] = std::move(outcome);
    changed_.notify_one();
  }
}

PhotoOutcome PhotoJobs::outcome_of(const Job& job, std::size_t index) {
  const JobWarnings warnings;
  const auto failed = [&](const Error& problem) { return Failed{problem, warnings.facts()}; };
  try {
    if (EarlierResult earlier = earlier_result(job, provenance_of(job), arguments_); earlier.there) {
      if (!earlier.differs.empty()) return Different{std::move(earlier.differs)};
      return Skipped{};
    }
    make_target_folder(job, arguments_.output);
    Coloured coloured = colour(job, index, warnings.sink());
    coloured.facts.update(warnings.facts());
    return coloured;
  } catch (const Error& problem) {
    return failed(problem);
  } catch (const std::bad_alloc&) {
    return failed(Error(ErrorKind::no_memory, job.source.string(), "needs more memory than there is",
                        "choose a smaller picture"));
  } catch (const std::exception& problem) {
    return failed(Error(ErrorKind::failed, job.source.string(), problem.what()));
  }
}

Coloured PhotoJobs::colour(const Job& job, std::size_t index, const Warn& warn) {
  const auto begin = std::chrono::steady_clock::now();
  const photo::StoredSize size = photo::stored_size(job.source);
  const std::size_t bytes = bytes_of(size, session_.side());
  // A larger one takes none, because it is refused.
  const bool within_limit = std::int64_t{size.width} * size.height <= arguments_.max_megapixels * 1'000'000;
  if (within_limit) warn_of_memory(job, bytes, warn);
  const Admission::Place place = admission_.enter(bytes);
  Provenance provenance = provenance_of(job);
  describe_source(provenance, MappedFile(job.source).bytes());
  bool in_colour = false;
  const auto change = [&](photo::Photo before, const photo::Page& page) {
    if (photo::warn_of_own_colours(before, page.name, warn)) in_colour = true;
    const auto progress = [&](double fraction) {
      const std::lock_guard lock(mutex_);
      fractions_[index] = (page.number + fraction) / page.count;
    };
    const auto colour_one = [&](photo::Photo photo) {
      return arguments_.exact ? photo::colourize_exactly(photo, session_, progress)
                              : photo::colourize(std::move(photo), session_, progress);
    };
    photo::Photo result =
        arguments_.side_by_side ? photo::side_by_side(before, colour_one(before)) : colour_one(std::move(before));
    photo::state_provenance(result, arguments_.no_provenance ? std::nullopt : std::optional(provenance), job.target,
                            page.name, warn);
    return result;
  };
  const photo::Rewritten done = photo::rewrite(job.source, job.target, decoding(), arguments_.encoding, change, warn);
  if (arguments_.record) write_record(job, arguments_, provenance, session_.device());
  nlohmann::json facts{{"width", done.width}, {"height", done.height}, {"bits", done.bits}};
  if (done.pages > 1) facts["pages"] = done.pages;
  if (const auto& salvage = done.salvage) {
    facts["salvaged"] = {{"rows", salvage->rows}, {"missing_rows", salvage->missing_rows}};
  }
  if (in_colour) facts["in_colour"] = true;
  return {facts, seconds_since(begin)};
}

photo::DecodeOptions PhotoJobs::decoding() const {
  return {
      .megapixels = arguments_.max_megapixels, .salvage = arguments_.salvage, .dpx_transfer = arguments_.dpx_transfer};
}

Provenance PhotoJobs::provenance_of(const Job& job) const {
  Provenance provenance = provenance_;
  const auto& precision = arguments_.common.precision;
  const auto named = std::ranges::find_if(precisions(), [&](const auto& entry) { return entry.second == precision; });
  provenance.options = photo::photo_options(job.target, decoding(), arguments_.encoding, arguments_.side_by_side,
                                            arguments_.exact, named == precisions().end() ? "" : named->first);
  return provenance;
}

// The caller holds the mutex.
PhotosProgress PhotoJobs::progress_from(std::size_t current) const {
  PhotosProgress progress{.current = current, .fraction = fractions_[current]};
  for (const double fraction : fractions_) {
    if (fraction < 0) continue;
    progress.done += fraction;
    progress.left += 1 - fraction;
  }
  return progress;
}

}  // namespace colourize::apps
