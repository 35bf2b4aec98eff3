#include "engine/provenance.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "system/sha256.h"

namespace colourize {

std::span<const ProvenanceFact> provenance_facts() {
  static constexpr std::array facts{
      ProvenanceFact{"Program", "program", &Provenance::program, false},
      ProvenanceFact{"Generator", "generator", &Provenance::generator, true},
      ProvenanceFact{"WeightsSHA256", "weights' checksum", &Provenance::weights, true},
      ProvenanceFact{"RenderFactor", "render factor", &Provenance::render_factor, true},
      ProvenanceFact{"Options", "options", &Provenance::options, true},
      ProvenanceFact{"SourceBytes", "source's size in bytes", &Provenance::source_bytes, true},
      ProvenanceFact{"SourceSHA256", "source's checksum", &Provenance::source_sha256, false}};
  return facts;
}

std::vector<std::string> differences(const Provenance& stated, const Provenance& wanted) {
  std::vector<std::string> found;
  for (const ProvenanceFact& fact : provenance_facts()) {
    const std::string& was = stated.*fact.value;
    const std::string& is = wanted.*fact.value;
    if (!fact.decides || was == is) continue;
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
    if (fact.value == &Provenance::weights) {
      // Where the generators differ, so do the weights: that is one difference.
      if (stated.generator == wanted.generator) found.emplace_back("its generator had other weights");
    } else if (fact.value == &Provenance::source_bytes) {
      found.push_back(fmt::format("its source had {} bytes, and now has {}", shown(was), shown(is)));
    } else {
      found.push_back(fmt::format("its {} {} {}, not {}", fact.words,
                                  fact.value == &Provenance::options ? "were" : "was", shown(was), shown(is)));
    }
  }
  return found;
}

Provenance provenance_of(const Ensemble& ensemble, std::optional<int> render_factor, const std::string& program) {
  struct Facts {
    std::string generator;
    std::string weights;
    int factor = 0;
  };
  std::vector<Facts> all;
  for (const Member& member : ensemble.members()) {
    const Generator& generator = *member.generator;
    const std::string share = ensemble.is_one() ? "" : fmt::format(":{:.4g}", member.share);
    const int side = input_side(generator, render_factor.value_or(generator.default_render_factor));
    all.push_back({generator.name + share, generator.weights->sha256(), side / 16});
  }
  // Their mean does not depend on their order.
  std::ranges::sort(all, {}, [](const Facts& facts) { return std::tie(facts.generator, facts.weights, facts.factor); });
  Provenance provenance;
  provenance.program = program;
  for (const Facts& facts : all) {
    const std::string_view separator = &facts == all.data() ? "" : "+";
    provenance.generator += fmt::format("{}{}", separator, facts.generator);
    provenance.weights += fmt::format("{}{}", separator, facts.weights);
    provenance.render_factor += fmt::format("{}{}", separator, facts.factor);
  }
  return provenance;
}

void describe_source(Provenance& provenance, std::span<const std::byte> file) {
  provenance.source_bytes = std::to_string(file.size());
  provenance.source_sha256 = sha256(file);
}

std::string options_text(std::span<const std::string> parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

}  // namespace colourize
