#include "apps/colourize/measure_pictures.h"

#include <spdlog/fmt/fmt.h>

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/picture_means.h"
#include "apps/colourize/picture_pairs.h"
#include "apps/colourize/picture_rows.h"
#include "apps/colourize/warnings.h"
#include "engine/photo/decode.h"
#include "engine/photo/figures/picture_figures.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

using nlohmann::json;
using photo::PictureFigures;

class Measuring {
 public:
  explicit Measuring(const MeasureArguments& arguments) : arguments_(arguments), console_(arguments.json, false) {}

  int run() {
    for (const std::filesystem::path& results : arguments_.inputs) {
      try {
        measure(results);
      } catch (const Error& problem) {
        fail(results, problem);
      }
    }
    return code_;
  }

 private:
  void measure(const std::filesystem::path& results) {
    const PicturePairs pairs = pair_pictures(results, *arguments_.against);
    std::vector<PictureFigures> measured;
    for (const PicturePair& pair : pairs.pairs) {
      console_.progress(
          fmt::format("[{}/{}] {}", measured.size() + 1, pairs.pairs.size(), printable(pair.result.string())));
      try {
        measured.push_back(measure(pair));
      } catch (const Error& problem) {
        fail(pair.result, problem);
        continue;
      }
      const std::string name =
          pair.result == results ? results.filename().string() : pair.result.lexically_relative(results).string();
      if (!std::exchange(has_head_, true)) console_.line(picture_row_head());
      console_.line(picture_row(name, measured.back()));
      json facts = as_json(measured.back());
      facts.update({{"source", pair.result}, {"original", pair.original}, {"status", "measured"}});
      console_.object(facts);
    }
    for (const Error& failure : pairs.failures) fail(failure.subject(), failure);
    summarise(results, pairs, measured);
  }

  PictureFigures measure(const PicturePair& pair) const {
    const photo::DecodeOptions options{.megapixels = arguments_.max_megapixels};
    const photo::Photo result = photo::decode(pair.result, options, terminal_warnings());
    return photo::compare_pictures(result, photo::decode(pair.original, options, terminal_warnings()),
                                   pair.result.string());
  }

  void summarise(const std::filesystem::path& results, const PicturePairs& pairs,
                 const std::vector<PictureFigures>& measured) {
    console_.clear_progress();
    const bool one_file = !pairs.pairs.empty() && pairs.pairs.front().result == results;
    if (one_file || measured.empty()) return;
    const PictureMeans means = means_of(measured);
    console_.line(picture_row(fmt::format("mean of {}", means.pictures), means.figures));
    if (pairs.without_result > 0) {
      console_.line(fmt::format("{} of the originals have no result in {}", pairs.without_result, results.string()));
    }
    json facts = as_json(means.figures);
    facts.update({{"results", results},
                  {"pictures", means.pictures},
                  {"pictures_with_skin", means.with_skin},
                  {"failed", pairs.pairs.size() - measured.size() + pairs.failures.size()},
                  {"originals_without_result", pairs.without_result}});
    console_.object({{"summary", facts}});
  }

  void fail(const std::filesystem::path& source, const Error& problem) {
    console_.failure(source, problem);
    code_ = 1;
  }

  const MeasureArguments& arguments_;
  Console console_;
  bool has_head_ = false;  // the table's first line was printed
  int code_ = 0;
};

}  // namespace

int measure_pictures(const MeasureArguments& arguments) {
  return Measuring(arguments).run();
}

}  // namespace colourize::apps
