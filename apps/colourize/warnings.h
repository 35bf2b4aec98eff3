// The program's sinks for warnings.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "system/recorded_warnings.h"
#include "system/warnings.h"

namespace colourize::apps {

// Prints each warning as a line on the standard error stream, after "colourize: warning: ". Prints none with --quiet.
Warn terminal_warnings();

// The warnings of one job. It prints them as they come, and keeps them for the job's record.
class JobWarnings {
 public:
  // Any thread may call the sink, and it may outlive this object.
  Warn sink() const;

  // Keeps a warning for the record without printing it.
  void keep(const std::string& text) const;

  // The warnings so far, in their order, as facts for the job's record: {"warnings": [...]}, or {} where there are
  // none.
  nlohmann::json facts() const;

 private:
  RecordedWarnings recorded_;
};

}  // namespace colourize::apps
