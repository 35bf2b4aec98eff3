// The layout of `--help`, and its examples.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

namespace colourize::apps {

// Prints options under their headings, with "[default: ...]" after their descriptions, in lines of at most 100 columns.
std::shared_ptr<CLI::FormatterBase> help_formatter();

// The words of `text` in lines of at most `columns` characters; a longer word gets a line of its own. No newline at the
// end.
std::string wrapped(const std::string& text, std::size_t columns);

// The program's exit codes, each with its meaning.
const std::vector<std::pair<std::string, std::string>>& exit_codes();

// What an option means, with its default and whether it is required.
std::string meaning_of(const CLI::Option& option);

// What stands after an option's name, with a space before it: " NUMBER", " ..." after a positional that takes several;
// empty for a flag.
std::string value_of(const CLI::Option& option);

// The end of `colourize --help`: five examples, where results go, the exit codes.
std::string colour_footer();

// The end of a command's help: an example of the command, and the exit codes.
std::string command_footer(const std::string& example);

}  // namespace colourize::apps
