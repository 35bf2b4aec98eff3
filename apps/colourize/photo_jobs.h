// Colours pictures side by side: while one is with the generator, others are read and written, so that no processor
// waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/colourize/admission.h"
#include "apps/colourize/arguments.h"
#include "apps/colourize/jobs.h"
#include "engine/provenance.h"
#include "engine/session/session.h"
#include "system/error.h"
#include "system/warnings.h"

namespace colourize::apps {

// The outcome of a job.
struct Skipped {};                   // its target was there, made alike
struct Different {                   // its target was there, and stays as it is
  std::vector<std::string> differs;  // see EarlierResult
};
struct Coloured {
  nlohmann::json facts;  // for machines
  double seconds = 0;
};
struct Failed {
  Error problem;
  nlohmann::json facts;  // for machines, beside the problem's own
};
using PhotoOutcome = std::variant<Skipped, Different, Coloured, Failed>;

// The progress of all jobs.
struct PhotosProgress {
  std::size_t current = 0;  // the first that is not finished
  double fraction = 0;      // of its generator, 0 to 1
  double done = 0;          // pictures coloured, including the fractions of those in progress
  double left = 0;          // pictures still to colour, counted alike; skipped and failed ones count in neither
};

class PhotoJobs {
 public:
  // The most pictures that may be in progress at once.
  static std::size_t most_together(const CommonArguments& arguments, std::size_t jobs);

  // All must outlive this object. `provenance`: what all results state, but for their options and their sources.
  PhotoJobs(const ColourArguments& arguments, session::Session& session, const Provenance& provenance)
      : arguments_(arguments), session_(session), provenance_(provenance) {}

  // Does all jobs. It calls both callbacks in the caller's thread: `finished` once for each job, in their order, and
  // `progress` a few times a second. A picture that fails does not stop the others.
  void run(std::span<const Job> jobs, const std::function<void(const Job&, PhotoOutcome)>& finished,
           const std::function<void(const PhotosProgress&)>& progress);

 private:
  void work(std::span<const Job> jobs);
  void report(std::span<const Job> jobs, const std::function<void(const Job&, PhotoOutcome)>& finished,
              const std::function<void(const PhotosProgress&)>& progress);
  PhotoOutcome outcome_of(const Job& job, std::size_t index);
  Coloured colour(const Job& job, std::size_t index, const Warn& warn);
  Provenance provenance_of(const Job& job) const;
  photo::DecodeOptions decoding() const;
  PhotosProgress progress_from(std::size_t current) const;

  const ColourArguments& arguments_;
  session::Session& session_;
  const Provenance& provenance_;
  static constexpr std::size_t most_bytes_together = std::size_t{512} << 20U;
  Admission admission_{most_bytes_together};

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::vector<double> fractions_;                      // of each job's generator; below 0: skipped or failed
  std::vector<std::optional<PhotoOutcome>> outcomes_;  // one for each job
};

}  // namespace colourize::apps
