#include "apps/colourize/picture_rows.h"

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"

namespace colourize::apps {

using nlohmann::json;
using photo::PictureFigures;

std::string number_or_dash(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "-";
}

std::string share_or_dash(const std::optional<double>& share) {
  return share ? fmt::format("{:.2f} %", 100 * *share) : "-";
}

std::string picture_row_head() {
  return fmt::format("{:<28}{:>10}{:>8}{:>8}{:>8}{:>9}{:>8}{:>11}{:>9}{:>8}{:>9}{:>7}{:>9}{:>11}", "picture",
                     "CIEDE2000", "median", "90 %", "99 %", "matched", "factor", "colourful", "original", "chroma",
                     "original", "luma", "clipped", "blue skin");
}

std::string picture_row(const std::string& name, const PictureFigures& figures) {
  const auto& matched = figures.matched;
  return fmt::format(
      "{:<28}{:>10.3f}{:>8.2f}{:>8.2f}{:>8.2f}{:>9}{:>8}{:>11.2f}{:>9.2f}{:>8.2f}{:>9.2f}{:>7.2f}{:>7.2f} %{:>11}",
      printable(name), figures.ciede2000.mean, figures.ciede2000.median, figures.ciede2000.ninetieth,
      figures.ciede2000.ninety_ninth, number_or_dash(matched ? std::optional(matched->ciede2000) : std::nullopt, 3),
      number_or_dash(matched ? std::optional(matched->factor) : std::nullopt, 2), figures.colourfulness.result,
      figures.colourfulness.original, figures.mean_chroma.result, figures.mean_chroma.original, figures.luma_shift,
      100 * figures.clipped, share_or_dash(figures.blue_in_skin));
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
          {"clipped", figures.clipped},
          {"blue_in_skin", figures.blue_in_skin ? json(*figures.blue_in_skin) : json()}};
}

}  // namespace colourize::apps
