#include "apps/manual/tables.h"

#include <sstream>

#include "apps/colourize/arguments_help.h"
#include "apps/colourize/arguments_options.h"
#include "apps/colourize/arguments_tables.h"

namespace colourize::manual {
namespace {

Option option_of(CLI::Option& option) {
  Option result;
  for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  result.positional = result.names.empty();
  if (result.positional) result.names.push_back(option.get_name());
  result.heading = option.get_group();
  result.value = apps::value_of(option);
  if (option.get_type_size() != 0) result.type = option.get_type_name();
  result.meaning = apps::meaning_of(option);
  result.choices = apps::choices_of(option);
  return result;
}

// The lines of a footer that begin with two spaces: a command, and its meaning after two spaces or more.
std::vector<Example> examples_in(const std::string& footer) {
  std::vector<Example> examples;
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ")) continue;
    line.erase(0, 2);
    const auto gap = line.find("  ");
    const auto meaning = line.find_first_not_of(' ', gap);
    examples.push_back({line.substr(0, gap), meaning == std::string::npos ? "" : line.substr(meaning)});
  }
  return examples;
}

void add_commands(CLI::App& app, const std::string& name, std::vector<Command>& commands) {
  Command command{.name = name, .meaning = app.get_description()};
  for (CLI::Option* option : app.get_options(nullptr)) command.options.push_back(option_of(*option));
  const std::vector<CLI::App*> following = app.get_subcommands(nullptr);
  for (const CLI::App* next : following) command.commands.push_back(next->get_name());
  command.examples = examples_in(app.get_footer());
  commands.push_back(std::move(command));
  for (CLI::App* next : following) add_commands(*next, name + (name.empty() ? "" : " ") + next->get_name(), commands);
}

}  // namespace

std::vector<Command> read_tables() {
  apps::ArgumentTables tables;
  std::vector<Command> commands;
  add_commands(tables.app, "", commands);
  return commands;
}

}  // namespace colourize::manual
