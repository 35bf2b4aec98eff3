#include "apps/colourize/warnings.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace colourize::apps {

Warn terminal_warnings() {
  return [](const std::string& text) { spdlog::warn("{}", text); };
}

Warn JobWarnings::sink() const {
  return [print = terminal_warnings(), warnings = *this](const std::string& text) {
    warnings.keep(text);
    print(text);
  };
}

void JobWarnings::keep(const std::string& text) const {
  const std::lock_guard lock(kept_->mutex);
  kept_->texts.push_back(text);
}

nlohmann::json JobWarnings::facts() const {
  nlohmann::json facts = nlohmann::json::object();
  const std::lock_guard lock(kept_->mutex);
  if (!kept_->texts.empty()) facts["warnings"] = kept_->texts;
  return facts;
}

}  // namespace colourize::apps
