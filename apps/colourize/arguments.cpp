#include "apps/colourize/arguments.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <variant>

#include <CLI/CLI.hpp>

#include "engine/device.h"
#include "weights/catalogue.h"

namespace colourize::apps {
namespace {

constexpr int usage_error = 2;

// The command line's command, once it is known to be this one, with what was given for it.
template <class ItsArguments>
void when_parsed(CLI::App& app, Command& command, const ItsArguments& arguments) {
  app.callback([&] {
    if (app.get_subcommands().empty()) command = arguments;
  });
}

void add_printing(CLI::App& app, bool& json, bool& quiet) {
  app.add_flag("--json", json, "print one JSON object a line instead of text");
  app.add_flag("--quiet", quiet, "print nothing but errors");
}

// What stands between commas; an empty name where nothing does.
std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream text(list + ",");
  for (std::string name; std::getline(text, name, ',');) names.push_back(name);
  return names;
}

void add_models_dir(CLI::App& app, std::filesystem::path& folder) {
  app.add_option("--models-dir", folder, "where installed models lie; $XDG_DATA_HOME/colourize/models if not given");
}

// One device's name, or several with commas between them.
CLI::Validator device_list() {
  const auto problem_of = [](const std::string& given) {
    const CLI::IsMember known(device_names());
    std::string problem;
    for (const std::string& name : names_in(given)) problem += problem.empty() ? known(name) : "";
    return problem;
  };
  return {problem_of, CLI::IsMember(device_names()).get_description() + ", or several with commas between them"};
}

enum class Devices : std::uint8_t { one, several };

void add_common(CLI::App& app, CommonArguments& common, Devices devices = Devices::one) {
  app.add_option("--model", common.model,
                 std::string(weights::builtin_model().name) +
                     " (built in), an installed one, or the path of a .safetensors or .pth file")
      ->capture_default_str();
  add_models_dir(app, common.models_dir);
  app.add_option("--device", common.device, "where to compute")
      ->check(devices == Devices::one ? CLI::IsMember(device_names()) : device_list())
      ->capture_default_str();
  app.add_option("--threads", common.threads, "processors to use; all of this process's if not given")
      ->check(CLI::Range(1, 4096));
  app.add_option("--precision", common.precision,
                 "of what is multiplied: fp32, fp16 or bf16 (reference only); the device's own if not given")
      ->transform(CLI::CheckedTransformer(precisions()));
  add_printing(app, common.json, common.quiet);
}

void add_render_factor(CLI::App& app, std::optional<int>& render_factor) {
  app.add_option("--render-factor", render_factor,
                 "8 to 64: the generator sees the picture at 16 x this; its own if not given");
}

CLI::Option* add_max_megapixels(CLI::App& app, std::int64_t& megapixels) {
  return app.add_option("--max-megapixels", megapixels, "refuse pictures larger than this")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}))
      ->capture_default_str();
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

void add_time(CLI::App& app, const std::string& name, std::optional<double>& moment, const std::string& meaning) {
  app.add_option_function<std::string>(
         name,
         [name, &moment](const std::string& text) {
           moment = seconds_of(text);
           if (!moment) throw CLI::ValidationError(name, text + " is no time: give seconds, or HH:MM:SS");
         },
         meaning)
      ->type_name("TIME");
}

void add_film_options(CLI::App& app, FilmArguments& film) {
  const auto group = [](CLI::Option* option) { option->group("Films"); };
  group(app.add_option("--codec", film.codec.codec, "h264, h265, ffv1 (lossless) or prores; h264 if not given")
            ->transform(CLI::CheckedTransformer(film::video_codecs())));
  group(app.add_option("--crf", film.codec.crf, "quality of h264 and h265: 0 (lossless) to 51 (bad)")
            ->check(CLI::Range(0, 51))
            ->capture_default_str());
  group(app.add_option("--preset", film.codec.preset,
                       "how much time h264 and h265 take to be smaller; what fits the generator if not given")
            ->check(CLI::IsMember(
                {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"})));
  group(app.add_option("--pixel-format", film.codec.pixel_format,
                       "yuv420p, yuv422p or yuv444p, or with 10le behind it; what fits the source if not given"));
  add_time(app, "--from", film.range.from, "begin here");
  add_time(app, "--to", film.range.to, "end here");
  group(app.get_option("--from"));
  group(app.get_option("--to"));
  group(app.add_option("--stabilise", film.stabilise,
                       "how much colours are steadied from picture to picture: 0 (off) to 1")
            ->check(CLI::Range(0.0, 1.0))
            ->capture_default_str());
  group(app.add_flag("--verify", film.verify,
                     "decode the result: count its pictures, compare their times and, with ffv1, every bit of luma"));
  group(app.add_flag("--discard", film.discard, "begin anew where an earlier call was interrupted"));
}

void add_colour_options(CLI::App& app, ColourArguments& photo) {
  app.add_option("INPUT", photo.inputs,
                 "pictures and films, or folders that are searched for them; -: a film from the standard input");
  app.add_option(
      "-o,--output", photo.output,
      "the result's file or, ending in / or for several inputs, folder; -: a film to the standard output, as "
      "YUV4MPEG2");
  add_render_factor(app, photo.render_factor);
  app.add_flag("--exact", photo.exact, "the original's 8-bit steps, to compare with it");
  app.add_flag("--overwrite", photo.overwrite, "colour again what has been coloured");
  app.add_flag("--side-by-side", photo.side_by_side, "before and after in one picture");
  app.add_flag("--salvage", photo.salvage,
               "colour a damaged JPEG, PNG or PNM as far as it goes: the rows that are missing stay grey");
  add_max_megapixels(app, photo.max_megapixels);
}

void add_fetch(CLI::App& models, FetchArguments& fetch, Command& command) {
  CLI::App* app = models.add_subcommand("fetch", "Download, verify, convert and install a published generator");
  std::vector<std::string> names;
  for (const weights::PublishedModel& model : weights::published_models()) names.emplace_back(model.name);
  app->add_option("NAME", fetch.name, "of a published generator")->required()->check(CLI::IsMember(names));
  app->add_option("--from", fetch.from, "an address or a path of the file, in place of the known addresses");
  add_models_dir(*app, fetch.models_dir);
  app->add_flag("--half", fetch.half, "float16 weights: half the size");
  app->add_flag("--overwrite", fetch.overwrite, "fetch again what is installed");
  add_printing(*app, fetch.json, fetch.quiet);
  when_parsed(*app, command, fetch);
}

void add_measure(CLI::App& app, MeasureArguments& measure, Command& command) {
  CLI::App* measure_app = app.add_subcommand(
      "measure",
      "Print the figures that papers use: how steady a film's colours are, how near a picture's are to its original's");
  measure_app
      ->add_option("INPUT", measure.inputs, "films, coloured or not; with --against pictures, or folders of them")
      ->required();
  CLI::Option* against =
      measure_app->add_option("--against", measure.against,
                              "the original of one picture, or the folder of the originals of a folder of pictures");
  add_time(*measure_app, "--from", measure.range.from, "begin here");
  add_time(*measure_app, "--to", measure.range.to, "end here");
  for (const char* of_films : {"--from", "--to"}) measure_app->get_option(of_films)->excludes(against);
  add_max_megapixels(*measure_app, measure.max_megapixels)->needs(against);
  measure_app->add_flag("--json", measure.json, "print one JSON object a line instead of text");
  when_parsed(*measure_app, command, measure);
}

void add_infer(CLI::App& app, InferArguments& infer, Command& command) {
  CLI::App* command_app =
      app.add_subcommand("infer", "Run the bare generator on the tensor 'input' of a .safetensors file");
  command_app->add_option("IN", infer.input, "holds 'input', N x C x S x S float32")->required();
  command_app->add_option("-o,--output", infer.output, "gets 'output'")->required();
  add_common(*command_app, infer.common);
  when_parsed(*command_app, command, infer);
}

void add_convert(CLI::App& app, ConvertArguments& convert, Command& command) {
  CLI::App* command_app = app.add_subcommand("convert", "Turn a DeOldify checkpoint (.pth) into weights");
  command_app->add_option("CHECKPOINT", convert.input, "what torch.save wrote, or a .safetensors file with its names")
      ->required();
  command_app->add_option("-o,--output", convert.output, "CHECKPOINT with the ending .safetensors if not given");
  command_app->add_flag("--half", convert.half, "float16 weights: half the size");
  command_app->add_flag("--verbose", convert.verbose, "list what the pickle names");
  add_printing(*command_app, convert.json, convert.quiet);
  when_parsed(*command_app, command, convert);
}

void add_profile(CLI::App& app, ProfileArguments& profile, Command& command) {
  CLI::App* command_app =
      app.add_subcommand("profile", "Show where the generator's time goes: per layer, against this machine's peaks");
  add_render_factor(*command_app, profile.render_factor);
  command_app->add_option("--repeats", profile.repeats, "runs to take the median of")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command_app->add_flag("--csv", profile.csv, "print the layers as comma-separated values");
  add_common(*command_app, profile.common);
  when_parsed(*command_app, command, profile);
}

void add_compare(CLI::App& app, CompareArguments& compare, Command& command) {
  CLI::App* command_app =
      app.add_subcommand("compare", "Run the generator on two devices and show where, and by how much, they differ");
  command_app->add_option("PHOTO", compare.input, "the picture to run it on")->required();
  command_app->add_option("--against", compare.against, "the device to compare --device with")
      ->check(CLI::IsMember(device_names()))
      ->capture_default_str();
  command_app
      ->add_option(
          "--tolerance", compare.tolerance,
          "the largest difference that a layer may show, over the root mean square of its values; 0.001, or 0.1 "
          "where the device keeps float16, if not given")
      ->check(CLI::NonNegativeNumber);
  add_render_factor(*command_app, compare.render_factor);
  add_common(*command_app, compare.common);
  when_parsed(*command_app, command, compare);
}

void add_models(CLI::App& app, ModelsArguments& models, FetchArguments& fetch, Command& command) {
  CLI::App* models_app = app.add_subcommand("models", "List the generators: built in, installed, published");
  add_models_dir(*models_app, models.models_dir);
  models_app->add_flag("--json", models.json, "print one JSON object a line instead of text");
  models_app->require_subcommand(0, 1);
  add_fetch(*models_app, fetch, command);
  when_parsed(*models_app, command, models);
}

// What would be noticed only after a while.
void check_colour(const ColourArguments& colour) {
  if (colour.inputs.empty()) throw CLI::RequiredError("INPUT");
  const bool piped = std::ranges::find(colour.inputs, "-") != colour.inputs.end();
  if ((piped || colour.output == "-") && colour.inputs.size() != 1) {
    throw CLI::ArgumentMismatch("- stands for one film: give one INPUT");
  }
  if (piped && !colour.output) throw CLI::ArgumentMismatch("- needs an output: -o FILE, or -o -");
  if (colour.output == "-" && colour.common.json) throw CLI::ArgumentMismatch("--json and -o - want the same output");
  if (colour.film.verify && (piped || colour.output == "-")) {
    throw CLI::ArgumentMismatch("--verify reads the source and the result again, which - cannot be");
  }
  const film::TimeRange& range = colour.film.range;
  if (range.to && *range.to <= range.from.value_or(0)) throw CLI::ArgumentMismatch("--to is not behind --from");
}

// What stands before a command would be lost without a word.
void refuse_options_before_commands(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (!app.get_subcommands().empty() && option->count() > 0) {
      throw CLI::ArgumentMismatch(option->get_name() + " stands before a command that does not take it there");
    }
  }
  for (const CLI::App* command : app.get_subcommands()) refuse_options_before_commands(*command);
}

}  // namespace

std::vector<std::string> CommonArguments::devices() const {
  return names_in(device);
}

Arguments parse_arguments(int count, const char* const* values) {
  CLI::App app("Gives black-and-white photographs and films their colours.", "colourize");
  app.set_version_flag("--version", std::string("colourize ") + COLOURIZE_VERSION);
  app.require_subcommand(0, 1);
  app.footer(
      "photo.jpg becomes photo.colour.jpg, film.mkv film.colour.mkv; sources are never changed. The same command "
      "resumes a "
      "film that was interrupted. Exit code: 0 all done, 1 some input failed, 2 wrong usage.");
  Command command;
  ColourArguments colour;
  add_colour_options(app, colour);
  add_film_options(app, colour.film);
  add_common(app, colour.common, Devices::several);
  when_parsed(app, command, colour);
  InferArguments infer;
  add_infer(app, infer, command);
  ConvertArguments convert;
  add_convert(app, convert, command);
  ProfileArguments profile;
  add_profile(app, profile, command);
  CompareArguments compare;
  add_compare(app, compare, command);
  MeasureArguments measure;
  add_measure(app, measure, command);
  ModelsArguments models;
  FetchArguments fetch;
  add_models(app, models, fetch, command);
  try {
    app.parse(count, values);
    refuse_options_before_commands(app);
    if (std::holds_alternative<ColourArguments>(command)) check_colour(colour);
    return {.command = std::move(command)};
  } catch (const CLI::ParseError& problem) {
    return {.command = {}, .exit_code = app.exit(problem) == 0 ? 0 : usage_error};
  }
}

}  // namespace colourize::apps
