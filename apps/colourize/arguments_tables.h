// All that the command line takes, as tables that parse_arguments() reads, --help prints, and the manual is made of.
// Defined in arguments.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// The options of all commands, and the variables that they write to. Neither copied nor moved: `app` refers to the
// rest.
struct ArgumentTables {
  ArgumentTables();
  ArgumentTables(const ArgumentTables&) = delete;
  ArgumentTables& operator=(const ArgumentTables&) = delete;

  CLI::App app;
  Command command;  // after app.parse(): what was asked for
  ColourArguments colour;
  InferArguments infer;
  ConvertArguments convert;
  ProfileArguments profile;
  CompareArguments compare;
  MeasureArguments measure;
  ModelsArguments models;
  FetchArguments fetch;
};

}  // namespace colourize::apps
