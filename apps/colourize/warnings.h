// The program's sinks for warnings.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "system/warnings.h"

namespace colourize::apps {

// Prints each as a line on the standard error stream, "colourize: warning: " before it; none with --quiet.
Warn terminal_warnings();

// The warnings of one job: printed as they come, and kept for the job's record.
class JobWarnings {
 public:
  // Any thread may call it, and it may outlive the object.
  Warn sink() const;

  // Of the record alone: it is not printed.
  void keep(const std::string& text) const;

  // Those so far, in their order, as facts for the job's record: {"warnings": [...]}, or {} where there are none.
  nlohmann::json facts() const;

 private:
  struct Kept {
    std::mutex mutex;
    std::vector<std::string> texts;
  };
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

}  // namespace colourize::apps
