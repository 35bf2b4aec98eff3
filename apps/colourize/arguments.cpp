#include "apps/colourize/arguments.h"

#include <CLI/CLI.hpp>

#include "engine/device.h"
#include "weights/catalogue.h"

namespace colourize::apps {
namespace {

constexpr int usage_error = 2;

void add_printing(CLI::App& app, bool& json, bool& quiet) {
  app.add_flag("--json", json, "print one JSON object a line instead of text");
  app.add_flag("--quiet", quiet, "print nothing but errors");
}

void add_models_dir(CLI::App& app, std::filesystem::path& folder) {
  app.add_option("--models-dir", folder, "where installed models lie; $XDG_DATA_HOME/colourize/models if not given");
}

void add_common(CLI::App& app, CommonArguments& common) {
  app.add_option("--model", common.model,
                 "lite (built in), an installed one, or the path of a .safetensors or .pth file")
      ->capture_default_str();
  add_models_dir(app, common.models_dir);
  app.add_option("--device", common.device, "where to compute")
      ->check(CLI::IsMember(device_names()))
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

void add_photo_options(CLI::App& app, PhotoArguments& photo) {
  app.add_option("INPUT", photo.inputs, "pictures, or folders that are searched for pictures");
  app.add_option("-o,--output", photo.output, "the result's file or, ending in / or for several pictures, folder");
  add_render_factor(app, photo.render_factor);
  app.add_flag("--exact", photo.exact, "the original's 8-bit steps, to compare with it");
  app.add_flag("--overwrite", photo.overwrite, "colour again what has been coloured");
  app.add_flag("--side-by-side", photo.side_by_side, "before and after in one picture");
  app.add_option("--max-megapixels", photo.max_megapixels, "refuse pictures larger than this")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000}))
      ->capture_default_str();
}

CLI::App* add_fetch(CLI::App& models, FetchArguments& fetch) {
  CLI::App* app = models.add_subcommand("fetch", "Download, verify, convert and install a published generator");
  std::vector<std::string> names;
  for (const weights::PublishedModel& model : weights::published_models()) names.emplace_back(model.name);
  app->add_option("NAME", fetch.name, "of a published generator")->required()->check(CLI::IsMember(names));
  app->add_option("--from", fetch.from, "an address or a path of the file, in place of the known addresses");
  add_models_dir(*app, fetch.models_dir);
  app->add_flag("--half", fetch.half, "float16 weights: half the size");
  app->add_flag("--overwrite", fetch.overwrite, "fetch again what is installed");
  add_printing(*app, fetch.json, fetch.quiet);
  return app;
}

// What stands before a command would be lost without a word.
void refuse_options_before_a_command(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (!app.get_subcommands().empty() && option->count() > 0) {
      throw CLI::ArgumentMismatch(option->get_name() + " stands before a command that does not take it there");
    }
  }
}

}  // namespace

Arguments parse_arguments(int count, const char* const* values) {
  PhotoArguments photo;
  InferArguments infer;
  ConvertArguments convert;
  CLI::App app("Gives black-and-white photographs their colours.", "colourize");
  app.set_version_flag("--version", std::string("colourize ") + COLOURIZE_VERSION);
  app.require_subcommand(0, 1);
  app.footer(
      "photo.jpg becomes photo.colour.jpg; sources are never changed. Exit code: 0 all done, 1 some input failed, "
      "2 wrong usage.");
  add_photo_options(app, photo);
  add_common(app, photo.common);

  CLI::App* infer_app =
      app.add_subcommand("infer", "Run the bare generator on the tensor 'input' of a .safetensors file");
  infer_app->add_option("IN", infer.input, "holds 'input', N x C x S x S float32")->required();
  infer_app->add_option("-o,--output", infer.output, "gets 'output'")->required();
  add_common(*infer_app, infer.common);

  CLI::App* convert_app = app.add_subcommand("convert", "Turn a DeOldify checkpoint (.pth) into weights");
  convert_app->add_option("CHECKPOINT", convert.input, "what torch.save wrote, or a .safetensors file with its names")
      ->required();
  convert_app->add_option("-o,--output", convert.output, "CHECKPOINT with the ending .safetensors if not given");
  convert_app->add_flag("--half", convert.half, "float16 weights: half the size");
  convert_app->add_flag("--verbose", convert.verbose, "list what the pickle names");
  add_printing(*convert_app, convert.json, convert.quiet);

  ProfileArguments profile;
  CLI::App* profile_app =
      app.add_subcommand("profile", "Show where the generator's time goes: per layer, against this machine's peaks");
  add_render_factor(*profile_app, profile.render_factor);
  profile_app->add_option("--repeats", profile.repeats, "runs to take the median of")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  profile_app->add_flag("--csv", profile.csv, "print the layers as comma-separated values");
  add_common(*profile_app, profile.common);

  CompareArguments compare;
  CLI::App* compare_app =
      app.add_subcommand("compare", "Run the generator on two devices and show where, and by how much, they differ");
  compare_app->add_option("PHOTO", compare.input, "the picture to run it on")->required();
  compare_app->add_option("--against", compare.against, "the device to compare --device with")
      ->check(CLI::IsMember(device_names()))
      ->capture_default_str();
  compare_app
      ->add_option(
          "--tolerance", compare.tolerance,
          "the largest difference that a layer may show, over the root mean square of its values; 0.001, or 0.1 "
          "where the device keeps float16, if not given")
      ->check(CLI::NonNegativeNumber);
  add_render_factor(*compare_app, compare.render_factor);
  add_common(*compare_app, compare.common);

  ModelsArguments models;
  CLI::App* models_app = app.add_subcommand("models", "List the generators: built in, installed, published");
  add_models_dir(*models_app, models.models_dir);
  models_app->add_flag("--json", models.json, "print one JSON object a line instead of text");
  models_app->require_subcommand(0, 1);
  FetchArguments fetch;
  const CLI::App* fetch_app = add_fetch(*models_app, fetch);

  Arguments arguments;
  try {
    app.parse(count, values);
    refuse_options_before_a_command(app);
    refuse_options_before_a_command(*models_app);
    if (infer_app->parsed()) {
      arguments.infer = infer;
    } else if (convert_app->parsed()) {
      arguments.convert = convert;
    } else if (fetch_app->parsed()) {
      arguments.fetch = fetch;
    } else if (profile_app->parsed()) {
      arguments.profile = profile;
    } else if (compare_app->parsed()) {
      arguments.compare = compare;
    } else if (models_app->parsed()) {
      arguments.models = models;
    } else if (photo.inputs.empty()) {
      throw CLI::RequiredError("INPUT");
    } else {
      arguments.photo = photo;
    }
  } catch (const CLI::ParseError& problem) {
    arguments.exit_code = app.exit(problem) == 0 ? 0 : usage_error;
  }
  return arguments;
}

}  // namespace colourize::apps
