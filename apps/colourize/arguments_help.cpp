#include "apps/colourize/arguments_help.h"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <utility>

namespace colourize::apps {
namespace {

constexpr std::size_t name_columns = 28;
constexpr std::size_t all_columns = 100;

std::string exit_codes_in_a_line() {
  std::string text;
  for (const auto& [code, meaning] : exit_codes()) text += (text.empty() ? "Exit code: " : ", ") + code + " " + meaning;
  return text + ".";
}

}  // namespace

std::string wrapped(const std::string& text, std::size_t columns) {
  std::istringstream words(text);
  std::string lines;
  std::size_t used = 0;
  for (std::string word; words >> word;) {
    const bool fits = used + 1 + word.size() <= columns;
    if (used > 0) lines += fits ? ' ' : '\n';
    used = used > 0 && fits ? used + 1 + word.size() : word.size();
    lines += word;
  }
  return lines;
}

const std::vector<std::pair<std::string, std::string>>& exit_codes() {
  static const std::vector<std::pair<std::string, std::string>> codes{
      {"0", "all done"}, {"1", "some input failed"}, {"2", "wrong usage"}};
  return codes;
}

std::string meaning_of(const CLI::Option& option) {
  std::string text = option.get_description();
  if (!option.get_default_str().empty()) text += " [default: " + option.get_default_str() + "]";
  if (option.get_required()) text += " (required)";
  return text;
}

std::string value_of(const CLI::Option& option) {
  std::string text;
  const bool takes_value = option.get_type_size() != 0;
  // A positional is called by its name already.
  if (takes_value && option.nonpositional()) text += " " + option.get_type_name();
  if (takes_value && option.get_expected_max() >= CLI::detail::expected_max_vector_size) text += " ...";
  return text;
}

namespace {

class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(name_columns);
    label("SUBCOMMAND", "COMMAND");
  }

  // CLI11 leaves two empty lines between headings.
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    return CLI::detail::find_and_replace(CLI::Formatter::make_help(app, std::move(name), mode), "\n\n\n", "\n\n");
  }

  std::string make_description(const CLI::App* app) const override {
    return wrapped(app->get_description(), all_columns) + "\n";
  }

  std::string make_option_opts(const CLI::Option* option) const override { return value_of(*option); }

  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(meaning_of(*option), all_columns - name_columns);
  }

  std::string make_subcommand(const CLI::App* command) const override {
    const std::string meaning = wrapped(command->get_description(), all_columns - name_columns);
    std::string name = "  " + command->get_name();
    name.resize(std::max(name.size() + 1, name_columns), ' ');
    return name + CLI::detail::find_and_replace(meaning, "\n", "\n" + std::string(name_columns, ' ')) + "\n";
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() {
  return std::make_shared<HelpFormatter>();
}

std::string colour_footer() {
  return std::string(
             "Examples:\n"
             "  colourize photo.jpg                            writes photo.colour.jpg\n"
             "  colourize scans/ -o colour/                    a folder and the folders in it; skips what is done\n"
             "  colourize film.mkv                             writes film.colour.mkv; the same command resumes it\n"
             "  colourize film.mp4 -o out.mov --codec prores --from 1:00 --to 2:00\n"
             "  colourize photo.png --side-by-side --json      before and after in one picture; facts for a script\n"
             "\n"
             "Sources are never changed. A result appears whole or not at all.\n") +
         exit_codes_in_a_line();
}

std::string command_footer(const std::string& example) {
  return "Example:\n  colourize " + example + "\n\n" + exit_codes_in_a_line();
}

}  // namespace colourize::apps
