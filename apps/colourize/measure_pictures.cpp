#include "apps/colourize/measure_pictures.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/picture_pairs.h"
#include "apps/colourize/warnings.h"
#include "engine/photo/decode.h"
#include "engine/photo/figures/picture_figures.h"
#include "system/error.h"

namespace colourize::apps {
namespace {

using nlohmann::json;
using photo::PictureFigures;

std::string number_or_dash(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "-";
}

std::string table_head() {
  return fmt::format("{:<28}{:>10}{:>8}{:>8}{:>8}{:>9}{:>8}{:>11}{:>9}{:>8}{:>9}{:>7}{:>9}", "picture", "CIEDE2000",
                     "median", "90 %", "99 %", "matched", "factor", "colourful", "original", "chroma", "original",
                     "luma", "clipped");
}

std::string table_row(const std::string& name, const PictureFigures& figures) {
  const auto& matched = figures.matched;
  return fmt::format(
      "{:<28}{:>10.3f}{:>8.2f}{:>8.2f}{:>8.2f}{:>9}{:>8}{:>11.2f}{:>9.2f}{:>8.2f}{:>9.2f}{:>7.2f}{:>7.2f} %",
      printable(name), figures.ciede2000.mean, figures.ciede2000.median, figures.ciede2000.ninetieth,
      figures.ciede2000.ninety_ninth, number_or_dash(matched ? std::optional(matched->ciede2000) : std::nullopt, 3),
      number_or_dash(matched ? std::optional(matched->factor) : std::nullopt, 2), figures.colourfulness.result,
      figures.colourfulness.original, figures.mean_chroma.result, figures.mean_chroma.original, figures.luma_shift,
      100 * figures.clipped);
}

json as_json(const PictureFigures& figures) {
  const auto& matched = figures.matched;
  return {{"ciede2000",
           {{"mean", figures.ciede2000.mean},
            {"median", figures.ciede2000.median},
            {"quantile_90", figures.ciede2000.ninetieth},
            {"quantile_99", figures.ciede2000.ninety_ninth}}},
          {"ciede2000_at_matched_colourfulness", matched ? json(matched->ciede2000) : json()},
          {"factor_to_matched_colourfulness", matched ? json(matched->factor) : json()},
          {"colourfulness_m3", figures.colourfulness.result},
          {"colourfulness_m3_of_original", figures.colourfulness.original},
          {"mean_chroma", figures.mean_chroma.result},
          {"mean_chroma_of_original", figures.mean_chroma.original},
          {"luma_shift", figures.luma_shift},
          {"largest_luma_shift", figures.largest_luma_shift},
          {"clipped", figures.clipped}};
}

// The mean of each figure over the pictures, at least one; matched over those that could be, and the largest shift of
// all.
PictureFigures mean_of(const std::vector<PictureFigures>& all) {
  PictureFigures mean;
  photo::AtMatchedColourfulness matched{0, 0};
  double matched_count = 0;
  const auto count = static_cast<double>(all.size());
  for (const PictureFigures& one : all) {
    mean.ciede2000.mean += one.ciede2000.mean / count;
    mean.ciede2000.median += one.ciede2000.median / count;
    mean.ciede2000.ninetieth += one.ciede2000.ninetieth / count;
    mean.ciede2000.ninety_ninth += one.ciede2000.ninety_ninth / count;
    mean.colourfulness.result += one.colourfulness.result / count;
    mean.colourfulness.original += one.colourfulness.original / count;
    mean.mean_chroma.result += one.mean_chroma.result / count;
    mean.mean_chroma.original += one.mean_chroma.original / count;
    mean.luma_shift += one.luma_shift / count;
    mean.largest_luma_shift = std::max(mean.largest_luma_shift, one.largest_luma_shift);
    mean.clipped += one.clipped / count;
    if (!one.matched) continue;
    matched.factor += one.matched->factor;
    matched.ciede2000 += one.matched->ciede2000;
    ++matched_count;
  }
  if (matched_count > 0) mean.matched = {matched.factor / matched_count, matched.ciede2000 / matched_count};
  return mean;
}

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
      if (!std::exchange(has_head_, true)) console_.line(table_head());
      console_.line(table_row(name, measured.back()));
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
    const PictureFigures mean = mean_of(measured);
    console_.line(table_row(fmt::format("mean of {}", measured.size()), mean));
    if (pairs.without_result > 0) {
      console_.line(fmt::format("{} of the originals have no result in {}", pairs.without_result, results.string()));
    }
    json facts = as_json(mean);
    facts.update({{"results", results},
                  {"pictures", measured.size()},
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
