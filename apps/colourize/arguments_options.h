// Options that several commands share, and kinds of options. All functions add to `app`, and bind to variables that
// must outlive it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "apps/colourize/arguments.h"
#include "system/lists.h"

namespace colourize::apps {

// The help's heading over options that fit under no other heading.
inline constexpr auto general_heading = "General";

// Puts the options that are added to `app` after this call under this heading of the help.
void begin_group(CLI::App& app, const char* heading);

// Lets one of these names pass; its error lists them, and so does choices_of().
CLI::Validator one_of_these(const std::vector<std::string>& names);

// The names of which an option's value is one; empty where it may be anything.
std::vector<std::string> choices_of(CLI::Option& option);

// An option whose value is one of these names; the help lists them, then `meaning`.
CLI::Option* add_name(CLI::App& app, const std::string& option, std::string& value,
                      const std::vector<std::string>& names, const std::string& meaning);

// The same, where each name represents a value. `choices` must outlive `app`.
template <class Meant, class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& option, Value& value,
                        const std::map<std::string, Meant>& choices, const std::string& meaning) {
  std::vector<std::string> names;
  names.reserve(choices.size());
  for (const auto& [name, meant] : choices) names.push_back(name);
  return app
      .add_option_function<std::string>(
          option, [&value, &choices](const std::string& name) { value = choices.at(name); },
          listed(names, "or") + meaning)
      ->check(one_of_these(names))
      ->type_name("NAME");
}

// An option that takes a number from `smallest` to `largest`, both included.
template <class Number>
CLI::Option* add_number(CLI::App& app, const std::string& option, Number& value, Number smallest, Number largest,
                        const std::string& meaning) {
  return app.add_option(option, value, meaning)
      ->check(CLI::Range(smallest, largest).description(""))
      ->type_name("NUMBER");
}

// A film's time in seconds, given as "75", "1:15" or "0:01:15.5". Anything else is wrong usage.
void add_time(CLI::App& app, const std::string& name, std::optional<double>& moment, const std::string& meaning);

// --json
void add_json(CLI::App& app, bool& json);

// --json and --quiet, under the general heading.
void add_printing(CLI::App& app, bool& json, bool& quiet);

// --models-dir
void add_models_dir(CLI::App& app, std::filesystem::path& folder);

enum class Models : std::uint8_t { one, several };

// --model and --models-dir, under their own heading. `several`: --model also accepts an ensemble, see
// weights::named_models(). check_models() holds the command line to that, once all options are known.
void add_generator(CLI::App& app, CommonArguments& common, Models models = Models::one);
void check_models(const CommonArguments& common, Models models);

// --render-factor. The engine checks its range.
CLI::Option* add_render_factor(CLI::App& app, std::optional<int>& render_factor);

enum class Devices : std::uint8_t { one, several };

// --device, --threads and --precision, under their own heading. `several`: --device also accepts several names,
// separated by commas.
void add_device(CLI::App& app, CommonArguments& common, Devices devices = Devices::one);

// --max-megapixels
CLI::Option* add_max_megapixels(CLI::App& app, std::int64_t& megapixels);

}  // namespace colourize::apps
