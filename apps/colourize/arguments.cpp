#include "apps/colourize/arguments.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include <CLI/CLI.hpp>

#include "apps/colourize/arguments_help.h"
#include "apps/colourize/arguments_options.h"
#include "apps/colourize/arguments_tables.h"
#include "apps/colourize/escaped.h"
#include "apps/colourize/jobs.h"
#include "colourize/colourize.hpp"
#include "engine/device.h"
#include "engine/photo/formats/table.h"
#include "system/lists.h"
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

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& meaning, const std::string& example) {
  CLI::App* command = app.add_subcommand(name, meaning)->group("Commands");
  command->get_help_ptr()->group(general_heading);
  command->footer(command_footer(example));
  begin_group(*command, general_heading);
  return command;
}

// Which formats there are depends on the libraries that the build found.
std::string version_text() {
  std::vector<std::string> read;
  std::vector<std::string> written;
  for (const photo::PictureFormat* format : photo::picture_formats()) {
    read.emplace_back(format->name);
    if (!format->output_extensions.empty()) written.emplace_back(format->name);
  }
  return "colourize " + version() + "\nreads " + listed(read, "and") + "; writes " + listed(written, "and");
}

void add_film_options(CLI::App& app, FilmArguments& film) {
  begin_group(app, "Films");
  add_choice(app, "--codec", film.codec.codec, film::video_codecs(), "; ffv1 is lossless; h264 if not given");
  add_number(app, "--crf", film.codec.crf, 0, 51, "quality of h264 and h265: 0 (lossless) to 51 (worst)")
      ->capture_default_str();
  add_name(app, "--preset", film.codec.preset,
           {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"},
           ": how long h264 and h265 work to make the film smaller; what fits the generator if not given");
  app.add_option("--pixel-format", film.codec.pixel_format,
                 "yuv420p, yuv422p or yuv444p, or one of these followed by 10le; what fits the source if not given")
      ->type_name("NAME");
  add_time(app, "--from", film.range.from, "begin at this time of the film");
  add_time(app, "--to", film.range.to, "end at this time of the film");
  add_number(app, "--stabilise", film.stabilise, 0.0, 1.0,
             "how strongly colours are steadied from frame to frame: 0 (off) to 1")
      ->capture_default_str();
  app.add_flag("--verify", film.verify,
               "decode the result: count its frames, compare their times and, with ffv1, every bit of luma");
  app.add_flag("--discard", film.discard, "do not resume: delete what an interrupted run has left, and start again");
}

void add_colour_options(CLI::App& app, ColourArguments& colour) {
  app.add_option("INPUT", colour.inputs,
                 "photos, films, or folders of them, searched recursively; - reads a film from standard input");
  begin_group(app, "Output");
  app.add_option(
         "-o,--output", colour.output,
         "file to write; for several inputs, or with a / at its end, the folder to write to; - writes a film to "
         "standard output as YUV4MPEG2")
      ->type_name("PATH");
  app.add_flag("--overwrite", colour.overwrite, "colour again what has been coloured");
  app.add_flag("--side-by-side", colour.side_by_side, "before and after in one picture");
  add_choice(app, "--tiff-compression", colour.encoding.tiff_compression, photo::tiff_compressions(),
             "; how a TIFF is made smaller, without loss; deflate if not given");
  app.add_flag("--webp-lossless", colour.encoding.webp_lossless, "write a WebP without loss, which is larger");
  app.add_flag("--jxl-lossless", colour.encoding.jxl_lossless, "write a JPEG XL without loss, which is larger");
  app.add_flag("--no-provenance", colour.no_provenance, "do not state in the result how it was made");
  app.add_flag("--record", colour.record, "write beside each result NAME.json, from which it can be made again");
  begin_group(app, "Input");
  app.add_option("--from-record", colour.from_record,
                 "instead of INPUT: make again what this record describes, to the same bytes")
      ->type_name("FILE");
  app.add_flag("--strict", colour.strict,
               "folders: exit code 1 also where pictures of a format that cannot be read were left out");
  app.add_flag("--salvage", colour.salvage,
               "colour a damaged JPEG, PNG, TIFF, WebP, JPEG 2000, JPEG XL, OpenEXR, DPX or PNM as far as it can be "
               "read: missing "
               "rows stay grey");
  add_choice(app, "--dpx-transfer", colour.dpx_transfer, photo::film_transfers(),
             "; what the numbers of DPX frames mean, whatever these say themselves");
  add_max_megapixels(app, colour.max_megapixels);
  add_generator(app, colour.common, Models::several);
  add_render_factor(app, colour.render_factor);
  app.add_flag("--exact", colour.exact,
               "photos: take the steps of the generator's authors, in 8 bits, to compare with their results");
  add_device(app, colour.common, Devices::several);
  add_film_options(app, colour.film);
  add_printing(app, colour.common.json, colour.common.quiet);
}

void add_fetch(CLI::App& models, FetchArguments& fetch, Command& command) {
  CLI::App* app = add_command(models, "fetch", "Download, verify, convert and install a published generator",
                              "models fetch stable");
  std::vector<std::string> names;
  for (const weights::PublishedModel& model : weights::published_models()) names.emplace_back(model.name);
  add_name(*app, "NAME", fetch.name, names, "")->required();
  app->add_option("--from", fetch.from, "address or file to take instead of the known addresses")->type_name("ADDRESS");
  add_models_dir(*app, fetch.models_dir);
  app->add_flag("--half", fetch.half, "store float16 weights: half the size");
  app->add_flag("--overwrite", fetch.overwrite, "fetch again what is installed");
  add_printing(*app, fetch.json, fetch.quiet);
  when_parsed(*app, command, fetch);
}

void add_measure(CLI::App& app, MeasureArguments& measure, Command& command) {
  CLI::App* measure_app = add_command(app, "measure",
                                      "Print the figures that papers use: how steady a film's colours are, how near a "
                                      "picture's colours are to the original's",
                                      "measure --against originals/ stable/ ddcolor/ stable+ddcolor/");
  measure_app
      ->add_option("INPUT", measure.inputs,
                   "films, coloured or not; with --against pictures, or folders of them: several are compared")
      ->required();
  CLI::Option* against =
      measure_app
          ->add_option("--against", measure.against,
                       "the original of one picture, or the folder of the originals of a folder of pictures")
          ->type_name("PATH");
  add_time(*measure_app, "--from", measure.range.from, "films: begin at this time");
  add_time(*measure_app, "--to", measure.range.to, "films: end at this time");
  for (const char* of_films : {"--from", "--to"}) measure_app->get_option(of_films)->excludes(against);
  add_max_megapixels(*measure_app, measure.max_megapixels)->needs(against);
  measure_app
      ->add_flag("--verbose", measure.verbose,
                 "with --against and several inputs: print a row for each picture before the table of the inputs")
      ->needs(against);
  add_json(*measure_app, measure.json);
  when_parsed(*measure_app, command, measure);
}

void add_infer(CLI::App& app, InferArguments& infer, Command& command) {
  CLI::App* command_app =
      add_command(app, "infer", "Run the bare generator on the tensor 'input' of a .safetensors file",
                  "infer in.safetensors -o out.safetensors --model stable");
  command_app->add_option("IN", infer.input, "file with the tensor 'input', N x C x S x S float32")->required();
  command_app->add_option("-o,--output", infer.output, "file to write the tensor 'output' to")
      ->required()
      ->type_name("FILE");
  add_generator(*command_app, infer.common);
  add_device(*command_app, infer.common);
  add_printing(*command_app, infer.common.json, infer.common.quiet);
  when_parsed(*command_app, command, infer);
}

void add_convert(CLI::App& app, ConvertArguments& convert, Command& command) {
  CLI::App* command_app =
      add_command(app, "convert", "Convert a checkpoint of DeOldify or DDColor (.pth) to .safetensors weights",
                  "convert Mine_gen.pth -o mine.safetensors");
  command_app
      ->add_option("CHECKPOINT", convert.input,
                   "file that torch.save wrote, or a .safetensors file with the same tensor names")
      ->required();
  command_app
      ->add_option("-o,--output", convert.output,
                   "file to write; CHECKPOINT with the extension .safetensors if not given")
      ->type_name("FILE");
  command_app->add_flag("--half", convert.half, "store float16 weights: half the size");
  command_app->add_flag("--verbose", convert.verbose, "list what the pickle names");
  add_printing(*command_app, convert.json, convert.quiet);
  when_parsed(*command_app, command, convert);
}

void add_profile(CLI::App& app, ProfileArguments& profile, Command& command) {
  CLI::App* command_app =
      add_command(app, "profile", "Show where the generator's time goes: per layer, against this machine's peaks",
                  "profile --repeats 20 --csv");
  add_number(*command_app, "--repeats", profile.repeats, 1, 10'000, "number of runs to take the median of; 1 to 10000")
      ->capture_default_str();
  command_app->add_flag("--csv", profile.csv, "print the layers as comma-separated values");
  add_generator(*command_app, profile.common);
  add_render_factor(*command_app, profile.render_factor);
  add_device(*command_app, profile.common);
  add_printing(*command_app, profile.common.json, profile.common.quiet);
  when_parsed(*command_app, command, profile);
}

void add_compare(CLI::App& app, CompareArguments& compare, Command& command) {
  CLI::App* command_app =
      add_command(app, "compare", "Run the generator on two devices and show where, and by how much, they differ",
                  "compare photo.jpg --device cpu --against reference");
  command_app->add_option("PHOTO", compare.input, "picture to run the generator on")->required();
  add_name(*command_app, "--against", compare.against, device_names(), ": the device to compare --device with")
      ->capture_default_str();
  command_app
      ->add_option("--tolerance", compare.tolerance,
                   "largest difference that a layer may show, divided by the root mean square of its values; 0.001, "
                   "or 0.1 where the device stores float16, if not given")
      ->check(CLI::Validator(CLI::NonNegativeNumber).description(""))
      ->type_name("NUMBER");
  add_generator(*command_app, compare.common);
  add_render_factor(*command_app, compare.render_factor);
  add_device(*command_app, compare.common);
  add_printing(*command_app, compare.common.json, compare.common.quiet);
  when_parsed(*command_app, command, compare);
}

void add_models(CLI::App& app, ModelsArguments& models, FetchArguments& fetch, Command& command) {
  CLI::App* models_app =
      add_command(app, "models", "List the generators: built in, installed, published", "models fetch stable");
  add_models_dir(*models_app, models.models_dir);
  add_json(*models_app, models.json);
  models_app->require_subcommand(0, 1);
  add_fetch(*models_app, fetch, command);
  when_parsed(*models_app, command, models);
}

// Errors that would otherwise show only after a while.
void check_colour(const ColourArguments& colour) {
  if (colour.from_record) return;  // the record has the rest
  if (colour.inputs.empty()) throw CLI::RequiredError("INPUT");
  const bool piped = std::ranges::find(colour.inputs, "-") != colour.inputs.end();
  if ((piped || colour.output == "-") && colour.inputs.size() != 1) {
    throw CLI::ArgumentMismatch("- stands for one film: give one INPUT");
  }
  if (piped && !colour.output) throw CLI::ArgumentMismatch("- needs an output: -o FILE, or -o -");
  if (colour.output && is_file_for_several(*colour.output, colour.inputs)) {
    throw CLI::ArgumentMismatch("-o " + colour.output->string() +
                                " names one file, but there are several inputs: name a folder, or end it with a /");
  }
  if (colour.output == "-" && colour.common.json)
    throw CLI::ArgumentMismatch("--json and -o - both write to standard output: leave one out");
  if (colour.record && (piped || colour.output == "-")) {
    throw CLI::ArgumentMismatch("--record needs a source and a result that are files: - is none");
  }
  if (colour.film.verify && (piped || colour.output == "-")) {
    throw CLI::ArgumentMismatch("--verify reads the source and the result again; a pipe (-) can be read only once");
  }
  const film::TimeRange& range = colour.film.range;
  if (range.to && *range.to <= range.from.value_or(0)) throw CLI::ArgumentMismatch("--to must be later than --from");
  // The authors' steps are those of one generator.
  check_models(colour.common, colour.exact ? Models::one : Models::several);
}

struct Check {
  void operator()(const ColourArguments& colour) const { check_colour(colour); }
  template <class Others>
  void operator()(const Others& others) const {
    if constexpr (requires { others.common.model; }) check_models(others.common, Models::one);
  }
};

// What a record says is not said twice.
void refuse_options_beside_a_record(const CLI::App& app, const ColourArguments& colour) {
  constexpr std::array allowed{"--from-record", "--output",  "--overwrite", "--record", "--models-dir", "--device",
                               "--threads",     "--discard", "--verify",    "--json",   "--quiet"};
  if (!colour.from_record) return;
  for (const CLI::Option* option : app.get_options()) {
    const auto is_it = [&](const char* name) { return option->check_name(name); };
    if (option->count() == 0 || std::ranges::any_of(allowed, is_it)) continue;
    throw CLI::ArgumentMismatch(option->get_name() + " cannot stand beside --from-record: the record has it");
  }
  if (colour.output == "-") throw CLI::ArgumentMismatch("--from-record writes to a file: -o - is none");
}

// An option before a command would have no effect.
void refuse_options_before_commands(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (!app.get_subcommands().empty() && option->count() > 0) {
      throw CLI::ArgumentMismatch(option->get_name() + " must stand after the command");
    }
  }
  for (const CLI::App* command : app.get_subcommands()) refuse_options_before_commands(*command);
}

// Names and values come from anywhere, and a terminal does what control characters in them say.
std::string failure_text(const CLI::App* /*app*/, const CLI::Error& problem) {
  return escaped(problem.what()) + "\nRun with --help for more information.\n";
}

}  // namespace

ArgumentTables::ArgumentTables() : app("Gives black-and-white photographs and films their colours.", "colourize") {
  app.set_version_flag("--version", version_text(), "print the version and the picture formats");
  app.set_help_flag("-h,--help", "print this help");
  app.require_subcommand(0, 1);
  app.formatter(help_formatter());
  app.failure_message(failure_text);
  app.get_help_ptr()->group(general_heading);
  app.get_version_ptr()->group(general_heading);
  add_colour_options(app, colour);
  when_parsed(app, command, colour);
  add_infer(app, infer, command);
  add_convert(app, convert, command);
  add_profile(app, profile, command);
  add_compare(app, compare, command);
  add_measure(app, measure, command);
  add_models(app, models, fetch, command);
  app.footer(colour_footer());
}

Arguments parse_arguments(int count, const char* const* values) {
  ArgumentTables tables;
  try {
    tables.app.parse(count, values);
    refuse_options_before_commands(tables.app);
    if (auto* colour = std::get_if<ColourArguments>(&tables.command)) {
      colour->common.device_given = tables.app.get_option("--device")->count() > 0;
      refuse_options_beside_a_record(tables.app, *colour);
    }
    std::visit(Check(), tables.command);
    return {.command = std::move(tables.command)};
  } catch (const CLI::ParseError& problem) {
    return {.command = {}, .exit_code = tables.app.exit(problem) == 0 ? 0 : usage_error};
  }
}

}  // namespace colourize::apps
