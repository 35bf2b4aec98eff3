#include "apps/colourize/inputs_table.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include <nlohmann/json.hpp>

#include "apps/colourize/console.h"
#include "apps/colourize/picture_rows.h"

namespace colourize::apps {
namespace {

// The figures' columns take 71 of a hundred.
constexpr std::size_t widest_name = 29;

std::string head(std::size_t name_width) {
  return fmt::format("{:<{}}{:>9}{:>10}{:>9}{:>7}{:>10}{:>9}{:>10}{:>7}", "name", name_width, "pictures", "CIEDE2000",
                     "matched", "factor", "colourful", "original", "blue skin", "luma");
}

std::string row(const std::string& name, std::size_t name_width, const PictureMeans& means) {
  const photo::PictureFigures& figures = means.figures;
  const auto& matched = figures.matched;
  return fmt::format(
      "{:<{}}{:>9}{:>10.3f}{:>9}{:>7}{:>10.2f}{:>9.2f}{:>10}{:>7.2f}", name, name_width, means.pictures,
      figures.ciede2000.mean, number_or_dash(matched ? std::optional(matched->ciede2000) : std::nullopt, 3),
      number_or_dash(matched ? std::optional(matched->factor) : std::nullopt, 2), figures.colourfulness.result,
      figures.colourfulness.original, share_or_dash(figures.blue_in_skin), figures.luma_shift);
}

std::string ensemble_line(const std::string& name, const EnsembleFigures& ensemble) {
  if (!ensemble.change) return fmt::format("{}: its members are grey, there is nothing to compare it with", name);
  return fmt::format("{}: {:.1f} % {} colourful than its members' weighted mean of {:.2f}", name,
                     100 * std::abs(*ensemble.change), *ensemble.change < 0 ? "less" : "more",
                     ensemble.members_colourfulness);
}

}  // namespace

std::vector<std::string> inputs_table(const std::vector<ComparedInput>& inputs, const std::string& originals) {
  std::size_t name_width = 4;
  for (const ComparedInput& input : inputs) {
    const std::size_t size = printable(input.name).size();
    if (size <= widest_name) name_width = std::max(name_width, size);
  }
  std::vector<std::string> lines{head(name_width)};
  for (const ComparedInput& input : inputs) {
    std::string name = printable(input.name);
    if (name.size() > widest_name) {
      lines.push_back(name);
      name.clear();
    }
    lines.push_back(row(name, name_width, input.means));
  }
  for (const ComparedInput& input : inputs) {
    const std::string name = printable(input.name);
    if (input.left_out > 0) {
      lines.push_back(fmt::format("{}: {} left out, which another input lacks", name, input.left_out));
    }
    if (input.measured.without_result > 0) {
      lines.push_back(fmt::format("{}: has no result for {} in {}", name, input.measured.without_result, originals));
    }
    if (input.means.matched < input.means.pictures) {
      lines.push_back(fmt::format("{}: matched and factor over {} of its pictures", name, input.means.matched));
    }
  }
  const PictureMeans& first = inputs.front().means;  // skin is the originals', which all inputs share
  if (first.with_skin < first.pictures) {
    lines.push_back(
        fmt::format("blue skin: over the {} of {} originals that have skin", first.with_skin, first.pictures));
  }
  for (const ComparedInput& input : inputs) {
    if (input.ensemble) lines.push_back(ensemble_line(printable(input.name), *input.ensemble));
  }
  return lines;
}

nlohmann::json as_json(const ComparedInput& input) {
  nlohmann::json facts = as_json(input.means.figures);
  facts.update({{"name", input.name},
                {"results", input.measured.input},
                {"pictures", input.means.pictures},
                {"pictures_matched", input.means.matched},
                {"pictures_with_skin", input.means.with_skin},
                {"left_out", input.left_out},
                {"failed", input.measured.failed},
                {"originals_without_result", input.measured.without_result}});
  if (!input.ensemble) return facts;
  nlohmann::json members = nlohmann::json::array();
  for (const NamedMember& member : input.ensemble->members) {
    members.push_back({{"name", member.name}, {"share", member.share}});
  }
  const auto& change = input.ensemble->change;
  facts["ensemble"] = {{"members", members},
                       {"colourfulness_m3_of_members", input.ensemble->members_colourfulness},
                       {"colourfulness_change", change ? nlohmann::json(*change) : nlohmann::json()}};
  return facts;
}

}  // namespace colourize::apps
