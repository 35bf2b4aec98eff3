// A sink that keeps the warnings: for a record, or for a test to look at.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "system/warnings.h"

namespace colourize {

class RecordedWarnings {
 public:
  // Any thread may call the sink, and it may outlive this object.
  Warn sink() const {
    return [kept = kept_](const std::string& text) {
      const std::lock_guard lock(kept->mutex);
      kept->texts.push_back(text);
    };
  }

  // In their order.
  std::vector<std::string> texts() const {
    const std::lock_guard lock(kept_->mutex);
    return kept_->texts;
  }

 private:
  struct Kept {
    std::mutex mutex;
    std::vector<std::string> texts;
  };
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

}  // namespace colourize
