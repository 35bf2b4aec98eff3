// Prints what the program does: on a terminal a line that is redrawn, elsewhere plain lines, and JSON for machines.
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

  // For people, on standard output. Prints nothing with --quiet or --json. All texts are shown escaped (escaped.h), so
  // that a file's name does nothing to a terminal; each is one line.
  void line(const std::string& text);
  // For people, on the standard error stream, always.
  void error(const std::string& text);
  // Reports that this input failed: a person gets the message, a machine also gets the kind.
  void failure(const std::filesystem::path& source, const Error& problem);
  // The same with more facts for the machine; `facts` is an object.
  void failure(const std::filesystem::path& source, const Error& problem, const nlohmann::json& facts);
  // For machines, on standard output, as json_line() has it (escaped.h). Prints nothing without --json.
  void object(const nlohmann::json& value);

  // Draws these three texts over the last progress line, cut to the terminal's width in the middle of the name; at most
  // a few times a second, and only on a terminal.
  void progress(const std::string& before, const std::string& name, const std::string& after);
  // True where a terminal shows that line.
  bool draws() const { return terminal_; }
  // Removes the progress line.
  void clear_progress();

 private:
  bool json_;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_drawn_;
};

// The seconds that have passed since then.
double seconds_since(std::chrono::steady_clock::time_point begin);

// "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds);

// Makes text of unknown origin safe for a terminal: anything that is not UTF-8, control characters, and characters that
// turn the writing direction become '?'. It cuts the text after 200 bytes.
std::string printable(std::string_view text);

// "336x336x64": height, width, channels.
std::string shape_text(const kernels::Shape& shape);

// The most resident memory that this process has used so far, in bytes.
std::size_t peak_memory_bytes();

}  // namespace colourize::apps
