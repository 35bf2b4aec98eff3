// `colourize measure --against` in a folder of its own, with pictures of one colour each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/photo/encode.h"
#include "tests/support/json_lines.h"
#include "tests/support/program.h"

namespace colourize::tests {

class Measuring : public Program {
 protected:
  void write(const std::string& name, std::uint8_t red, std::uint8_t green, std::uint8_t blue, int width = 6) const {
    photo::Raster8 raster(width, 4, 3);
    for (std::size_t i = 0; i < raster.samples.size(); i += 3) {
      raster.samples[i] = red;
      raster.samples[i + 1] = green;
      raster.samples[i + 2] = blue;
    }
    photo::write({raster, {}}, folder_ / name, ignore_warnings);
  }

  std::vector<nlohmann::json> objects(const std::string& arguments, int code) const {
    const Outcome outcome = run(arguments + " --json 2>/dev/null");
    EXPECT_EQ(outcome.code, code) << outcome.text;
    return json_lines(outcome.text);
  }
};

}  // namespace colourize::tests
