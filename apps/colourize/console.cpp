#include "apps/colourize/console.h"

#include <spdlog/fmt/fmt.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "apps/colourize/advice.h"
#include "apps/colourize/escaped.h"
#include "apps/colourize/progress_line.h"

namespace colourize::apps {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr auto erase_line = "\r\x1b[K";

// Less one, so that no terminal begins another line. It may change from call to call.
std::size_t terminal_columns() {
  constexpr std::size_t usual = 80;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return (known ? size.ws_col : usual) - 1;
}

}  // namespace

Console::Console(bool json, bool quiet)
    : json_(json), quiet_(quiet), terminal_(!json && !quiet && ::isatty(STDERR_FILENO) != 0) {}

void Console::line(const std::string& text) {
  if (json_ || quiet_) return;
  clear_progress();
  fmt::print("{}\n", escaped(text));
  std::fflush(stdout);
}

void Console::error(const std::string& text) {
  clear_progress();
  fmt::print(stderr, "colourize: {}\n", escaped(text));
}

void Console::failure(const std::filesystem::path& source, const Error& problem) {
  failure(source, problem, nlohmann::json::object());
}

void Console::failure(const std::filesystem::path& source, const Error& problem, const nlohmann::json& facts) {
  error(sentence(problem));
  nlohmann::json record = facts;
  record.update(
      {{"source", source}, {"status", "failed"}, {"error", sentence(problem)}, {"kind", name_of(problem.kind())}});
  object(record);
}

void Console::object(const nlohmann::json& value) {
  if (!json_) return;
  fmt::print("{}\n", json_line(value));
  std::fflush(stdout);
}

void Console::progress(const std::string& before, const std::string& name, const std::string& after) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - last_drawn_ < redraw_interval) return;
  fmt::print(stderr, "{}{}", erase_line, progress_line(before, printable(name), after, terminal_columns()));
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

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
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

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 200;
  std::string result;
  for (std::size_t i = 0, next = 0; i < text.size(); i = next) {
    if (result.size() >= longest) return result + "...";
    const std::size_t length = character_length(text.substr(i));
    next = i + std::max<std::size_t>(length, 1);
    const std::string_view character = text.substr(i, length);
    if (length == 0 || is_control(character)) {
      result += '?';
    } else {
      result += character;
    }
  }
  return result;
}

std::string shape_text(const kernels::Shape& shape) {
  return fmt::format("{}x{}x{}", shape.h, shape.w, shape.c);
}

std::size_t peak_memory_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  constexpr std::size_t unit = 1024;  // Linux counts in KiB
  return static_cast<std::size_t>(usage.ru_maxrss) * unit;
}

}  // namespace colourize::apps
