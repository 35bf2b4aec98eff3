// The command line's tables as plain data, for the pages that are made of them.
#pragma once

#include <string>
#include <vector>

namespace colourize::manual {

struct Option {
  std::vector<std::string> names;    // "-o", "--output", or a positional's "INPUT"
  bool positional = false;           // stands by itself, without a name
  std::string heading;               // of the help, such as "Films"
  std::string value;                 // what follows the name, with a space before it; empty for a flag
  std::string type;                  // "PATH", "NUMBER", ...; empty for a flag
  std::string meaning;               // in words, with its default
  std::vector<std::string> choices;  // of its value; empty where it may be anything
};

struct Example {
  std::string command;
  std::string meaning;  // empty where the command says it
};

struct Command {
  std::string name;     // "models fetch"; empty for the program itself
  std::string meaning;  // one sentence
  std::vector<Option> options;
  std::vector<std::string> commands;  // that may follow it, such as "fetch"
  std::vector<Example> examples;
};

// The program itself, then its commands, each before those that may follow it.
std::vector<Command> read_tables();

}  // namespace colourize::manual
