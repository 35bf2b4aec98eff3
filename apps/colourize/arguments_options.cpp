#include "apps/colourize/arguments_options.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <sstream>

#include "apps/colourize/advice.h"
#include "engine/device.h"
#include "system/error.h"
#include "system/lists.h"
#include "weights/catalogue.h"
#include "weights/recipes.h"

namespace colourize::apps {
namespace {

// What the validators that take names are called, before the names: CLI11 has no other place for a list.
constexpr auto choices_mark = "names,";

std::string choices_name(const std::vector<std::string>& names) {
  std::string text = choices_mark;
  for (const std::string& name : names) text += (&name == names.data() ? "" : ",") + name;
  return text;
}

// One device's name, or several with commas between them.
CLI::Validator device_list() {
  const auto problem_of = [](const std::string& given) {
    const CLI::IsMember known(device_names());
    std::string problem;
    for (const std::string& name : names_in(given)) problem += problem.empty() ? known(name) : "";
    return problem;
  };
  return {problem_of, "", choices_name(device_names())};
}

// "75", "1:15" or "0:01:15.5", in seconds; none for what is no time.
std::optional<double> seconds_of(const std::string& text) {
  constexpr double sixty = 60;
  double seconds = 0;
  std::istringstream parts(text);
  int count = 0;
  for (std::string part; std::getline(parts, part, ':'); ++count) {
    const bool plain = !part.empty() && part.find_first_not_of("0123456789.") == std::string::npos &&
                       std::ranges::count(part, '.') <= 1 && part != "." && part.size() <= 12;
    if (!plain) return {};
    const double value = std::stod(part);
    if (count > 0 && value >= sixty) return {};
    seconds = seconds * sixty + value;
  }
  constexpr double longest = 1e9;  // 31 years
  if (count < 1 || count > 3 || seconds > longest) return {};
  return seconds;
}

}  // namespace

std::vector<std::string> CommonArguments::devices() const {
  return names_in(device);
}

void begin_group(CLI::App& app, const char* heading) {
  app.option_defaults()->group(heading);
}

CLI::Validator one_of_these(const std::vector<std::string>& names) {
  return CLI::IsMember(names).description("").name(choices_name(names));
}

std::vector<std::string> choices_of(CLI::Option& option) {
  try {
    for (int i = 0;; ++i) {
      const std::string name = option.get_validator(i)->get_name();
      if (name.starts_with(choices_mark)) return names_in(name.substr(std::string(choices_mark).size()));
    }
  } catch (const CLI::OptionNotFound&) {
    return {};  // all validators have been seen
  }
}

CLI::Option* add_name(CLI::App& app, const std::string& option, std::string& value,
                      const std::vector<std::string>& names, const std::string& meaning) {
  return app.add_option(option, value, listed(names, "or") + meaning)->check(one_of_these(names))->type_name("NAME");
}

void add_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "print one JSON object a line instead of text");
}

void add_printing(CLI::App& app, bool& json, bool& quiet) {
  begin_group(app, general_heading);
  add_json(app, json);
  app.add_flag("--quiet", quiet, "print errors only");
}

void add_models_dir(CLI::App& app, std::filesystem::path& folder) {
  app.add_option("--models-dir", folder, "folder of the installed models; $XDG_DATA_HOME/colourize/models if not given")
      ->type_name("FOLDER");
}

CLI::Option* add_render_factor(CLI::App& app, std::optional<int>& render_factor) {
  return app
      .add_option("--render-factor", render_factor,
                  "8 to 64: the generator sees the picture at this times 16 pixels; its own size if not given")
      ->type_name("NUMBER");
}

void add_generator(CLI::App& app, CommonArguments& common, Models models) {
  begin_group(app, "Generator");
  std::string meaning = std::string(weights::builtin_model().name) +
                        " (built in), the name of an installed model, or a .safetensors or .pth file";
  if (models == Models::several) {
    meaning += "; or an ensemble of up to four, whose colours are averaged: NAME+NAME, or NAME:SHARE+NAME:SHARE";
    for (const weights::Recipe& recipe : weights::recipes()) {
      meaning += fmt::format("; {} is {}", recipe.name, recipe.models);
    }
  }
  app.add_option("--model", common.model, meaning)->type_name("NAME")->capture_default_str();
  add_models_dir(app, common.models_dir);
}

void check_models(const CommonArguments& common, Models models) {
  std::size_t count = 0;
  try {
    count = weights::named_models(common.model, weights::models_folder(common.models_dir)).size();
  } catch (const Error& problem) {
    throw CLI::ValidationError("--model", sentence(problem));
  }
  if (count > 1 && models == Models::one) {
    throw CLI::ValidationError("--model", "this command takes one generator; " + common.model + " names several");
  }
}

void add_device(CLI::App& app, CommonArguments& common, Devices devices) {
  begin_group(app, "Device");
  const bool several = devices == Devices::several;
  app.add_option(
         "--device", common.device,
         "where to compute: " + listed(device_names(), "or") + (several ? "; several with commas between them" : ""))
      ->check(several ? device_list() : one_of_these(device_names()))
      ->type_name("NAME")
      ->capture_default_str();
  app.add_option("--threads", common.threads, "processors to use, 1 to 4096; all that the process may use if not given")
      ->check(CLI::Range(1, 4096).description(""))
      ->type_name("NUMBER");
  add_choice(app, "--precision", common.precision, precisions(),
             ": type of the numbers that are multiplied (bf16: reference only); the device's own if not given");
}

CLI::Option* add_max_megapixels(CLI::App& app, std::int64_t& megapixels) {
  return add_number(app, "--max-megapixels", megapixels, std::int64_t{1}, std::int64_t{100'000},
                    "refuse larger pictures and films; 1 to 100000")
      ->capture_default_str();
}

void add_time(CLI::App& app, const std::string& name, std::optional<double>& moment, const std::string& meaning) {
  app.add_option_function<std::string>(
         name,
         [name, &moment](const std::string& text) {
           moment = seconds_of(text);
           if (!moment) throw CLI::ValidationError(name, text + " is not a time: give seconds or HH:MM:SS");
         },
         meaning)
      ->type_name("TIME");
}

}  // namespace colourize::apps
