// What the program says while it works: a line that is drawn over on a terminal, plain lines elsewhere, JSON for
// machines.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "kernels/view.h"
#include "system/error.h"

namespace colourize::apps {

class Console {
 public:
  Console(bool json, bool quiet);

  // For people, on the standard output; nothing with --quiet or --json.
  void line(const std::string& text);
  // For people, on the standard error stream, always.
  void error(const std::string& text);
  // That this input failed, for both: a person gets the sentence, a machine the kind as well.
  void failure(const std::filesystem::path& source, const Error& problem);
  // The same with further facts, an object, for the machine.
  void failure(const std::filesystem::path& source, const Error& problem, const nlohmann::json& facts);
  // For machines, on the standard output; nothing without --json.
  void object(const nlohmann::json& value);

  // Draws what is being done over the last such line; a few times a second at most, and on a terminal only.
  void progress(const std::string& text);
  // Whether anybody sees that line.
  bool draws() const { return terminal_; }
  // Takes the progress line away.
  void clear_progress();

 private:
  bool json_;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_drawn_;
};

// How long ago that was.
double seconds_since(std::chrono::steady_clock::time_point begin);

// "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds);

// Text of unknown origin as a terminal may show it: what is not UTF-8, control characters and those that turn the
// writing direction become '?'; cut after 200 bytes.
std::string printable(std::string_view text);

// "336x336x64": height, width, channels.
std::string shape_text(const kernels::Shape& shape);

// The most memory that this process has had resident so far, in bytes.
std::size_t peak_memory_bytes();

}  // namespace colourize::apps
