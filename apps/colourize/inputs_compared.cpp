#include "apps/colourize/inputs_compared.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "system/error.h"
#include "weights/recipes.h"

namespace colourize::apps {
namespace {

namespace fs = std::filesystem;
using photo::PictureFigures;

// "stable" for results/stable, results/stable/ and, from within it, for a dot.
std::string last_part(const fs::path& input) {
  const fs::path whole = fs::absolute(input).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

// Names that tell the inputs apart as far as what was given does.
std::vector<std::string> names_of(const std::vector<MeasuredInput>& inputs) {
  std::map<std::string, int> count;
  for (const MeasuredInput& input : inputs) ++count[last_part(input.input)];
  std::vector<std::string> names;
  for (const MeasuredInput& input : inputs) {
    const std::string part = last_part(input.input);
    names.push_back(part.empty() || count.at(part) > 1 ? input.input.string() : part);
  }
  return names;
}

// The originals of the pictures that each input has, of those that `counts` lets through.
template <class Counts>
std::set<fs::path> in_all(const std::vector<MeasuredInput>& inputs, const Counts& counts) {
  std::map<fs::path, std::size_t> found;
  std::size_t asked = 0;
  for (const MeasuredInput& input : inputs) {
    const auto counted = std::ranges::count_if(input.pictures, counts);
    if (counted == 0) continue;
    ++asked;
    for (const MeasuredPicture& picture : input.pictures) {
      if (counts(picture)) ++found[picture.original];
    }
  }
  std::set<fs::path> originals;
  for (const auto& [original, count] : found) {
    if (count == asked) originals.insert(original);
  }
  return originals;
}

// The members of an ensemble by its name; none where it is the name of one generator, or of nothing.
std::vector<NamedMember> members_named(const std::string& name) {
  std::vector<weights::NamedModel> models;
  try {
    models = weights::named_models(name, {});
  } catch (const Error&) {
    return {};
  }
  if (models.size() < 2) return {};
  double sum = 0;
  for (const weights::NamedModel& model : models) sum += static_cast<double>(model.share);
  std::vector<NamedMember> members;
  for (const weights::NamedModel& model : models) {
    members.push_back({model.name_or_path, static_cast<double>(model.share) / sum});
  }
  return members;
}

// Inputs whose last parts are the same have longer names, so that none of them passes for a member.
std::optional<EnsembleFigures> ensemble_figures(const ComparedInput& ensemble,
                                                const std::vector<ComparedInput>& inputs) {
  EnsembleFigures figures{.members = members_named(ensemble.name)};
  if (figures.members.empty()) return {};
  for (const NamedMember& member : figures.members) {
    const auto found = std::ranges::find(inputs, member.name, &ComparedInput::name);
    if (found == inputs.end()) return {};
    figures.members_colourfulness += member.share * found->means.figures.colourfulness.result;
  }
  if (figures.members_colourfulness > 0) {
    figures.change = ensemble.means.figures.colourfulness.result / figures.members_colourfulness - 1;
  }
  return figures;
}

}  // namespace

std::vector<ComparedInput> compare_inputs(std::vector<MeasuredInput> inputs) {
  const std::vector<std::string> names = names_of(inputs);
  const std::set<fs::path> common = in_all(inputs, [](const MeasuredPicture&) { return true; });
  if (common.empty()) return {};
  const std::set<fs::path> matched = in_all(inputs, [&](const MeasuredPicture& picture) {
    return picture.figures.matched && common.contains(picture.original);
  });

  std::vector<ComparedInput> compared;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::vector<PictureFigures> figures;
    for (const MeasuredPicture& picture : inputs[i].pictures) {
      if (!common.contains(picture.original)) continue;
      figures.push_back(picture.figures);
      if (!matched.contains(picture.original)) figures.back().matched.reset();
    }
    compared.push_back({.name = names[i],
                        .measured = std::move(inputs[i]),
                        .means = means_of(figures),
                        .left_out = 0,
                        .ensemble = {}});
    compared.back().left_out = compared.back().measured.pictures.size() - figures.size();
  }
  for (ComparedInput& input : compared) input.ensemble = ensemble_figures(input, compared);
  return compared;
}

}  // namespace colourize::apps
