#include "apps/colourize/warnings.h"

#include <spdlog/spdlog.h>

namespace colourize::apps {

Warn terminal_warnings() {
  return [](const std::string& text) { spdlog::warn("{}", text); };
}

}  // namespace colourize::apps
