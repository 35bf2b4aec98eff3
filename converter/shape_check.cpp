#include "converter/shape_check.h"

#include <algorithm>

#include "system/error.h"

namespace colourize::converter {
namespace {

using weights::Dimensions;
using weights::to_string;

std::string listed(const std::string& words, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  constexpr std::size_t most = 3;
  std::string text = words;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text + "; ";
}

}  // namespace

std::int64_t ShapeCheck::width(const std::string& weight) const {
  const auto found = checkpoint_.shapes.find(weight);
  return found == checkpoint_.shapes.end() || found->second.empty() ? 1 : found->second.front();
}

void ShapeCheck::expect(const std::string& name, const Dimensions& shape) {
  expected_.insert(name);
  const auto found = checkpoint_.shapes.find(name);
  if (found == checkpoint_.shapes.end()) {
    missing_.push_back(name);
  } else if (found->second != shape) {
    misshapen_.push_back(name + " (" + to_string(found->second) + " where " + to_string(shape) + " is needed)");
  }
}

void ShapeCheck::batch_norm(const std::string& name, std::int64_t channels) {
  for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) expect(name + part, {channels});
}

std::int64_t ShapeCheck::spectral(const std::string& name, std::int64_t in, std::int64_t kernel, bool bias, bool flat) {
  const std::int64_t out = width(name + ".weight_orig");
  expect(name + ".weight_orig", flat ? Dimensions{out, in, 1} : Dimensions{out, in, kernel, kernel});
  expect(name + ".weight_u", {out});
  expect(name + ".weight_v", {in * kernel * kernel});
  if (bias) expect(name + ".bias", {out});
  return out;
}

void ShapeCheck::finish(std::string_view family, bool (*leaves_out)(const std::string& name)) const {
  std::vector<std::string> unexpected;
  for (const std::string& name : checkpoint_.names()) {
    if (!expected_.contains(name) && !leaves_out(name)) unexpected.push_back(name);
  }
  std::string problem =
      listed("lacks ", missing_) + listed("has unexpected ", unexpected) + listed("has misshapen ", misshapen_);
  if (problem.empty()) return;
  problem.resize(problem.size() - 2);
  throw Error(ErrorKind::unsupported, checkpoint_.source,
              "is not a known " + std::string(family) + " generator: it " + problem);
}

}  // namespace colourize::converter
