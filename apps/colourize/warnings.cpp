#include "apps/colourize/warnings.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "apps/colourize/escaped.h"

namespace colourize::apps {

Warn terminal_warnings() {
  return [](const std::string& text) { spdlog::warn("{}", escaped(text)); };
}

Warn JobWarnings::sink() const {
  return [print = terminal_warnings(), keep = recorded_.sink()](const std::string& text) {
    keep(text);
    print(text);
  };
}

void JobWarnings::keep(const std::string& text) const {
  recorded_.sink()(text);
}

nlohmann::json JobWarnings::facts() const {
  nlohmann::json facts = nlohmann::json::object();
  if (const auto texts = recorded_.texts(); !texts.empty()) facts["warnings"] = texts;
  return facts;
}

}  // namespace colourize::apps
