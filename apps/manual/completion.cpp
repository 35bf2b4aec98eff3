#include "apps/manual/completion.h"

namespace colourize::manual {
namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// What completes an option's value: words to choose from, and which kind of thing it is otherwise.
std::string completion_of(const Option& option) {
  if (!option.choices.empty()) return "kind= choices=\"" + joined(option.choices, " ") + "\"";
  std::string kind;
  // An address may be a file's; the other types are numbers, times and names that no list has.
  if (option.positional || option.type == "PATH" || option.type == "FILE" || option.type == "ADDRESS") kind = "file";
  if (option.type == "FOLDER") kind = "folder";
  if (option.names.back() == "--model") kind = "model";
  return "kind=" + kind + " choices=";
}

// One branch of the script: what a command takes.
std::string branch_of(const Command& command) {
  std::vector<std::string> names;
  std::string values;
  std::string positional;
  for (const Option& option : command.options) {
    const std::string completion = completion_of(option);
    if (option.positional) {
      positional = "      " + completion + "\n";
      continue;
    }
    names.insert(names.end(), option.names.begin(), option.names.end());
    if (!option.type.empty()) {
      values += "        " + joined(option.names, " | ") + ") " + completion + " ;;\n";
    }
  }
  return "    \"" + command.name + "\")\n      options=\"" + joined(names, " ") + "\"\n      commands=\"" +
         joined(command.commands, " ") + "\"\n" + positional + "      case \"$before\" in\n" + values +
         "        *) following=1 ;;\n      esac\n      ;;\n";
}

// The words before the cursor decide which command it is: options of a command stand after it.
std::string which_command(const std::vector<Command>& commands) {
  std::string text;
  for (const Command& command : commands) {
    if (command.name.empty()) continue;
    text += "    \"" + command.name + " \"*) command=\"" + command.name + "\" ;;\n";
  }
  return text;
}

}  // namespace

std::string bash_completion(const std::vector<Command>& commands) {
  std::vector<Command> longest_first(commands.rbegin(), commands.rend());
  std::string script =
      R"bash(# bash completion for colourize, made by apps/manual from the tables of apps/colourize/arguments.cpp.
_colourize() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command= options= commands= choices= kind= following= given
  # bash takes --option=value for three words.
  if [ "$current" = "=" ]; then
    current=
  elif [ "$before" = "=" ] && ((COMP_CWORD > 1)); then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  given="${COMP_WORDS[*]:1:COMP_CWORD - 1} "
  case "$given" in
)bash";
  script += which_command(longest_first);
  script += "  esac\n  case \"$command\" in\n";
  for (const Command& command : commands) script += branch_of(command);
  script += R"bash(  esac
  COMPREPLY=()
  # A command stands right after the one before it.
  if [ -n "$following" ] && [ -n "$commands" ] && [ "$given" = "$command " ]; then
    choices+=" $commands"
  fi
  if [ -n "$following" ] && [[ $current == -* ]]; then
    choices=$options kind=
  fi
  if [ "$kind" = model ]; then
    # The built-in one, those that are installed, and the ensembles whose members all are. A file may be called
    # anything, and bash expands what it completes from: names with other letters are left out.
    choices=$("$1" models --json 2>/dev/null |
      sed -nE '/"state":"published"/d; /"missing":\["/d; s/.*"name":"([A-Za-z0-9._-]+)".*/\1/p')
    kind=file
  fi
  if [ -n "$choices" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")
  fi
  # Where no word fits, readline completes what its option is told here; without a completion under way there is none.
  case "$kind" in
    file) compopt -o default 2>/dev/null ;;
    folder) compopt -o dirnames 2>/dev/null ;;
  esac
  return 0
}
complete -F _colourize colourize
)bash";
  return script;
}

}  // namespace colourize::manual
