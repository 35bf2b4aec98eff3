#include "apps/colourize/console.h"

#include <spdlog/fmt/fmt.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace colourize::apps {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr auto erase_line = "\r\x1b[K";

}  // namespace

Console::Console(bool json, bool quiet)
    : json_(json), quiet_(quiet), terminal_(!json && !quiet && ::isatty(STDERR_FILENO) != 0) {}

void Console::line(const std::string& text) {
  if (json_ || quiet_) return;
  clear_progress();
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

void Console::error(const std::string& text) {
  clear_progress();
  fmt::print(stderr, "colourize: {}\n", text);
}

void Console::object(const nlohmann::json& value) {
  if (!json_) return;
  // File names need not be UTF-8, but JSON is.
  fmt::print("{}\n", value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  std::fflush(stdout);
}

void Console::progress(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - last_drawn_ < redraw_interval) return;
  fmt::print(stderr, "{}{}", erase_line, text);
  std::fflush(stderr);
  last_drawn_ = now;
  drawn_ = true;
}

void Console::clear_progress() {
  if (!drawn_) return;
  fmt::print(stderr, "{}", erase_line);
  std::fflush(stderr);
  drawn_ = false;
}

std::string duration_text(double seconds) {
  constexpr double minute = 60;
  constexpr double hour = 3600;
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const double whole = std::round(seconds);
  if (whole < minute) return fmt::format("{:.0f} s", whole);
  if (whole < hour) return fmt::format("{:.0f} min {:.0f} s", std::floor(whole / minute), std::fmod(whole, minute));
  return fmt::format("{:.0f} h {:.0f} min", std::floor(whole / hour), std::floor(std::fmod(whole, hour) / minute));
}

std::size_t peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  constexpr std::size_t unit = 1024;  // Linux counts in KiB
  return static_cast<std::size_t>(usage.ru_maxrss) * unit;
}

}  // namespace colourize::apps
