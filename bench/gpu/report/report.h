// What a phase of the report measures, as lines of JSON on the standard output: one a figure, at once, so that nothing
// is lost when the phase is stopped.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/generators/generator.h"

namespace colourize::bench {

// A figure: {"phase", "name", "value", "unit"} and what else is known of it.
struct Figure {
  std::string name;  // "copy", "wide-336/layers.10.conv1, 128 x 64"
  double value = 0;
  std::string unit;  // "ms", "GB/s"
  nlohmann::json more = nlohmann::json::object();
};

class Report {
 public:
  // `seconds`: after which done() is true. A phase asks it before each measurement.
  Report(std::string phase, double seconds);

  void add(const Figure& figure) const;
  // That a figure could not be taken, and why.
  void fail(const std::string& name, const std::string& why) const;
  bool done() const;

 private:
  std::string phase_;
  std::chrono::steady_clock::time_point end_;
};

// The phases. Each throws Error where the device cannot be used at all.
void measure_ceilings(const Report& report);
void measure_tiles(const Report& report, const std::string& networks);
void measure_passes(const Report& report, const std::string& kinds);
void measure_flows(const Report& report, const std::string& kinds);

double seconds_since(std::chrono::steady_clock::time_point start);

// "lite": the built-in weights; "wide", "ddcolor-tiny" and others: with the formula weights of tests/golden.
Generator generator_of(const std::string& kind);
// For each of "wide,deep".
void for_each_kind(const std::string& kinds, const std::function<void(const std::string& kind)>& measure);

}  // namespace colourize::bench
