// The layout of `--help`, and its examples.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace colourize::apps {

// Prints options under their headings, with "[default: ...]" after their descriptions, in lines of at most 100 columns.
std::shared_ptr<CLI::FormatterBase> help_formatter();

// "a", "a or b", "a, b or c"; empty where there are no names.
std::string one_of(const std::vector<std::string>& names);

// The end of `colourize --help`: five examples, where results go, the exit codes.
std::string colour_footer();

// The end of a command's help: an example of the command, and the exit codes.
std::string command_footer(const std::string& example);

}  // namespace colourize::apps
