// The command line as data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/photo/decode.h"
#include "engine/photo/encode.h"
#include "film/stabiliser/stabiliser.h"
#include "film/video/codec.h"
#include "film/video/decoder.h"
#include "kernels/backend.h"
#include "weights/models/table.h"

namespace colourize::apps {

// The options of every command.
struct CommonArguments {
  std::string model{weights::builtin_model().name};
  std::filesystem::path models_dir;             // empty: the default
  std::string device = "auto";                  // may be several for colouring, separated by commas
  bool device_given = false;                    // on the command line
  int threads = 0;                              // 0: as many as this process may run on
  std::optional<kernels::Precision> precision;  // none: the device's own
  bool json = false;
  bool quiet = false;

  std::vector<std::string> devices() const;
  kernels::BackendOptions backend_options() const { return {.threads = threads, .precision = precision}; }
};

// The options of films, besides those of photos.
struct FilmArguments {
  film::CodecOptions codec;
  film::TimeRange range;
  double stabilise = film::default_strength;
  bool verify = false;
  bool discard = false;
};

struct ColourArguments {
  CommonArguments common;
  FilmArguments film;
  std::vector<std::filesystem::path> inputs;
  std::optional<std::filesystem::path> output;
  std::optional<int> render_factor;  // none: the generator's default
  bool exact = false;
  bool overwrite = false;
  bool no_provenance = false;                        // the result does not state how it was made
  bool record = false;                               // write a record beside each result (record.h)
  std::optional<std::filesystem::path> from_record;  // repeat this record's run; then there are no inputs
  bool strict = false;                               // pictures that were left out of folders count as failures
  bool side_by_side = false;
  bool salvage = false;
  std::optional<photo::FilmTransfer> dpx_transfer;
  std::int64_t max_megapixels = photo::default_megapixels;
  photo::EncodeOptions encoding;
};

struct InferArguments {
  CommonArguments common;
  std::filesystem::path input;
  std::filesystem::path output;
};

struct ConvertArguments {
  std::filesystem::path input;
  std::optional<std::filesystem::path> output;
  bool half = false;
  bool verbose = false;
  bool json = false;
  bool quiet = false;
};

struct ProfileArguments {
  CommonArguments common;
  std::optional<int> render_factor;  // none: the generator's default
  int repeats = 5;
  bool csv = false;
};

struct CompareArguments {
  CommonArguments common;
  std::filesystem::path input;
  std::string against = "reference";
  std::optional<int> render_factor;  // none: the generator's default
  // The limit of the largest difference, divided by the layer's root mean square. None: what the device's precision
  // makes likely.
  std::optional<double> tolerance;
};

struct ModelsArguments {
  std::filesystem::path models_dir;
  bool json = false;
};

struct MeasureArguments {
  std::vector<std::filesystem::path> inputs;
  std::optional<std::filesystem::path> against;  // none: the inputs are films
  film::TimeRange range;
  std::int64_t max_megapixels = photo::default_megapixels;
  bool verbose = false;  // a row for each picture of several inputs too
  bool json = false;
};

struct FetchArguments {
  std::string name;                 // a published model's name
  std::optional<std::string> from;  // an address or a path instead of the known addresses
  std::filesystem::path models_dir;
  bool half = false;
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
};

// The command. None where the program has already printed all there is to say: help, the version, or what is wrong with
// the usage.
using Command = std::variant<std::monostate, ColourArguments, InferArguments, ConvertArguments, ProfileArguments,
                             CompareArguments, MeasureArguments, ModelsArguments, FetchArguments>;

struct Arguments {
  Command command;
  int exit_code = 0;  // without a command: 0 after help and version, 2 after wrong usage
};

Arguments parse_arguments(int count, const char* const* values);

}  // namespace colourize::apps
