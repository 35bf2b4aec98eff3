#include "apps/manual/man_page.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "apps/colourize/arguments_help.h"

namespace colourize::manual {
namespace {

// Of the page's source; what a reader sees is filled again.
constexpr std::size_t columns = 78;

// Text that groff and mandoc print as it is, so that people can copy it; none breaks a line at a minus sign, as it
// would at a hyphen (groff_char(7)).
std::string escaped(const std::string& text) {
  static const std::map<char, std::string> escapes{{'\\', "\\e"},  {'-', "\\-"},    {'~', "\\(ti"},
                                                   {'^', "\\(ha"}, {'\'', "\\(aq"}, {'`', "\\(ga"}};
  std::string result;
  for (const char letter : text) {
    const auto escape = escapes.find(letter);
    result += escape == escapes.end() ? std::string(1, letter) : escape->second;
  }
  return result;
}

// Sentences, as lines of the page's source.
std::string prose(const std::string& text) {
  std::istringstream lines(apps::wrapped(escaped(text), columns));
  std::string page;
  // A line that begins with a dot would be a request.
  for (std::string line; std::getline(lines, line);) page += (line.starts_with('.') ? "\\&" : "") + line + "\n";
  return page;
}

std::string bold(const std::string& text) {
  return "\\fB" + escaped(text) + "\\fR";
}

// "-o, --output PATH"
std::string title_of(const Option& option) {
  std::string title;
  for (const std::string& name : option.names) {
    title += (title.empty() ? "" : ", ") + (option.positional ? "\\fI" + escaped(name) + "\\fR" : bold(name));
  }
  if (option.value.empty()) return title;
  if (option.positional) return title + escaped(option.value);
  return title + " \\fI" + escaped(option.value.substr(1)) + "\\fR";
}

std::string entry(const Option& option) {
  return ".TP\n" + title_of(option) + "\n" + prose(option.meaning);
}

std::vector<std::string> headings_of(const Command& command) {
  std::vector<std::string> headings;
  for (const Option& option : command.options) {
    if (!option.positional && std::ranges::find(headings, option.heading) == headings.end()) {
      headings.push_back(option.heading);
    }
  }
  return headings;
}

std::string synopsis(const Command& command) {
  std::string line = bold("colourize" + (command.name.empty() ? "" : " " + command.name)) + " [\\fIOPTIONS\\fR]";
  for (const Option& option : command.options) {
    if (option.positional) line += " \\fI" + escaped(option.names.front()) + "\\fR" + escaped(option.value);
  }
  return line + "\n";
}

std::string synopses(const std::vector<Command>& commands) {
  std::string text;
  for (const Command& command : commands) text += (text.empty() ? "" : ".br\n") + synopsis(command);
  return text;
}

// The positionals, then the options under their headings.
std::string options_of_program(const Command& program) {
  std::string text = ".SH OPTIONS\n";
  for (const Option& option : program.options) {
    if (option.positional) text += entry(option);
  }
  for (const std::string& heading : headings_of(program)) {
    text += ".SS " + escaped(heading) + "\n";
    for (const Option& option : program.options) {
      if (!option.positional && option.heading == heading) text += entry(option);
    }
  }
  return text;
}

std::string example(const Example& shown) {
  return ".TP\n" + bold(shown.command) + "\n" + (shown.meaning.empty() ? "\\&\n" : prose(shown.meaning));
}

std::string section_of(const Command& command) {
  std::string text = ".SS " + escaped("colourize " + command.name) + "\n" + prose(command.meaning + ".");
  for (const bool positional : {true, false}) {
    for (const Option& option : command.options) {
      if (option.positional == positional) text += entry(option);
    }
  }
  return text;
}

std::string item(const std::string& title, const std::string& meaning) {
  return ".TP\n" + title + "\n" + prose(meaning);
}

std::string exit_status() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : apps::exit_codes()) text += item(bold(code), meaning);
  return text + item("128 + \\fIN\\fR", "signal N ended the program; nothing half written is left");
}

std::string files() {
  return ".SH FILES\n" +
         item("\\fI$XDG_DATA_HOME/colourize/models/\\fR", "the installed models, as .safetensors files") +
         item("\\fINAME\\fR.colour.\\fIEXTENSION\\fR",
              "the result of NAME.EXTENSION, beside it, unless an output is given");
}

std::string environment() {
  return ".SH ENVIRONMENT\n" +
         item(bold("XDG_DATA_HOME"), "where the installed models lie; ~/.local/share if not set") +
         item(bold("https_proxy") + ", " + bold("http_proxy") + ", " + bold("all_proxy") + ", " + bold("no_proxy"),
              "what downloads go through");
}

}  // namespace

std::string man_page(const std::vector<Command>& commands, const std::string& version, const std::string& date) {
  const Command& program = commands.front();
  std::string page = ".\\\" Made by apps/manual from the tables of apps/colourize/arguments.cpp.\n";
  page += ".TH COLOURIZE 1 " + date + " \"Colourize " + escaped(version) + "\" \"User Commands\"\n";
  page += ".SH NAME\ncolourize \\- give black-and-white photographs and films their colours\n";
  page += ".SH SYNOPSIS\n" + synopses(commands);
  page += ".SH DESCRIPTION\n" + prose(program.meaning) +
          prose(
              "Sources are never changed. A result appears whole or not at all. An option of a command stands after "
              "the command.");
  page += options_of_program(program) + ".SH COMMANDS\n";
  for (const Command& command : commands) {
    if (!command.name.empty()) page += section_of(command);
  }
  page += ".SH EXAMPLES\n";
  for (const Command& command : commands) {
    for (const Example& shown : command.examples) page += example(shown);
  }
  return page + exit_status() + files() + environment();
}

}  // namespace colourize::manual
