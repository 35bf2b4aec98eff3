#include "apps/colourize/measure_pictures.h"

#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/inputs_compared.h"
#include "apps/colourize/inputs_table.h"
#include "apps/colourize/picture_means.h"
#include "apps/colourize/picture_pairs.h"
#include "apps/colourize/picture_rows.h"
#include "apps/colourize/warnings.h"
#include "engine/photo/decode.h"
#include "engine/photo/figures/picture_figures.h"
#include "engine/photo/wide_gamut.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

using nlohmann::json;
using photo::PictureFigures;

class Measuring {
 public:
  explicit Measuring(const MeasureArguments& arguments) : arguments_(arguments), console_(arguments.json, false) {}

  int run() {
    std::vector<MeasuredInput> measured;
    for (const std::filesystem::path& results : arguments_.inputs) {
      try {
        MeasuredInput input = measure(results);
        if (!several_) summarise(input);
        measured.push_back(std::move(input));
      } catch (const Error& problem) {
        fail(results, problem);
      }
    }
    console_.clear_progress();
    if (several_) compare(std::move(measured));
    return code_;
  }

 private:
  MeasuredInput measure(const std::filesystem::path& results) {
    const PicturePairs pairs = pair_pictures(results, *arguments_.against);
    MeasuredInput input{.input = results, .pictures = {}, .without_result = pairs.without_result};
    std::set<std::filesystem::path> seen;
    std::size_t number = 0;
    for (const PicturePair& pair : pairs.pairs) {
      console_.progress(fmt::format("[{}/{}] ", ++number, pairs.pairs.size()), pair.result.string(), "");
      try {
        if (several_ && !seen.insert(pair.original).second) {
          throw Error(ErrorKind::invalid, pair.result.string(),
                      "is a second result of " + pair.original.string() + ", and left out",
                      "keep one result of each original to compare folders");
        }
        input.pictures.push_back({pair.original, measure(pair)});
      } catch (const Error& problem) {
        ++input.failed;
        fail(pair.result, problem);
        continue;
      }
      print(results, pair, input.pictures.back().figures);
    }
    input.failed += pairs.failures.size();
    for (const Error& failure : pairs.failures) fail(failure.subject(), failure);
    return input;
  }

  PictureFigures measure(const PicturePair& pair) const {
    const photo::DecodeOptions options{.megapixels = arguments_.max_megapixels};
    const auto shown = [&](const std::filesystem::path& picture) {
      return photo::as_srgb(photo::decode(picture, options, terminal_warnings()));
    };
    return photo::compare_pictures(shown(pair.result), shown(pair.original), pair.result.string());
  }

  void print(const std::filesystem::path& results, const PicturePair& pair, const PictureFigures& figures) {
    if (!several_ || arguments_.verbose) {
      const std::filesystem::path name = several_                 ? pair.result
                                         : pair.result == results ? results.filename()
                                                                  : pair.result.lexically_relative(results);
      if (!std::exchange(has_head_, true)) console_.line(picture_row_head());
      console_.line(picture_row(name.string(), figures));
    }
    json facts = as_json(figures);
    facts.update({{"source", pair.result}, {"original", pair.original}, {"status", "measured"}});
    console_.object(facts);
  }

  // The mean of the only input, where that is a folder.
  void summarise(const MeasuredInput& input) {
    console_.clear_progress();
    std::error_code unreachable;  // then it was no folder
    if (input.pictures.empty() || !std::filesystem::is_directory(input.input, unreachable)) return;
    std::vector<PictureFigures> figures;
    for (const MeasuredPicture& picture : input.pictures) figures.push_back(picture.figures);
    const PictureMeans means = means_of(figures);
    console_.line(picture_row(fmt::format("mean of {}", means.pictures), means.figures));
    if (input.without_result > 0) {
      console_.line(
          fmt::format("{} of the originals have no result in {}", input.without_result, input.input.string()));
    }
    json facts = as_json(means.figures);
    facts.update({{"results", input.input},
                  {"pictures", means.pictures},
                  {"pictures_with_skin", means.with_skin},
                  {"failed", input.failed},
                  {"originals_without_result", input.without_result}});
    console_.object({{"summary", facts}});
  }

  void compare(std::vector<MeasuredInput> inputs) {
    std::erase_if(inputs, [&](const MeasuredInput& input) {
      if (!input.pictures.empty()) return false;
      fail(input.input, Error(ErrorKind::not_found, input.input.string(),
                              "has no picture that could be measured, and is not compared"));
      return true;
    });
    if (inputs.empty()) return;
    const std::vector<ComparedInput> compared = compare_inputs(std::move(inputs));
    if (compared.empty()) {
      fail(*arguments_.against,
           Error(ErrorKind::not_found, arguments_.against->string(),
                 "holds no original that has a result in every input", "give folders that have pictures in common"));
      return;
    }
    if (arguments_.verbose) console_.line("");
    for (const std::string& line : inputs_table(compared, arguments_.against->string())) console_.line(line);
    for (const ComparedInput& input : compared) console_.object({{"summary", as_json(input)}});
  }

  void fail(const std::filesystem::path& source, const Error& problem) {
    console_.failure(source, problem);
    code_ = 1;
  }

  const MeasureArguments& arguments_;
  const bool several_ = arguments_.inputs.size() > 1;
  Console console_;
  bool has_head_ = false;  // the table's first line was printed
  int code_ = 0;
};

}  // namespace

int measure_pictures(const MeasureArguments& arguments) {
  return Measuring(arguments).run();
}

}  // namespace colourize::apps
