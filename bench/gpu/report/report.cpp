#include "bench/gpu/report/report.h"

#include <iostream>
#include <sstream>
#include <utility>

#include "tests/support/golden.h"

namespace colourize::bench {

Report::Report(std::string phase, double seconds)
    : phase_(std::move(phase)),
      end_(std::chrono::steady_clock::now() +
           std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds))) {}

void Report::add(const Figure& figure) const {
  nlohmann::json line = {
      {"phase", phase_}, {"name", figure.name}, {"ok", true}, {"value", figure.value}, {"unit", figure.unit}};
  line.update(figure.more);
  std::cout << line.dump() << std::endl;
}

void Report::fail(const std::string& name, const std::string& why) const {
  std::cout << nlohmann::json{{"phase", phase_}, {"name", name}, {"ok", false}, {"reason", why}}.dump() << std::endl;
}

bool Report::done() const {
  return std::chrono::steady_clock::now() >= end_;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Generator generator_of(const std::string& kind) {
  if (kind == "lite") return build_generator(weights::Weights::builtin());
  return tests::recipe_generator(kind, kind, *tests::golden(kind));
}

void for_each_kind(const std::string& kinds, const std::function<void(const std::string& kind)>& measure) {
  std::istringstream list(kinds);
  for (std::string kind; std::getline(list, kind, ',');) measure(kind);
}

}  // namespace colourize::bench
