// A session that takes little time.
#pragma once

#include "colourize/colourize.hpp"

namespace colourize::tests {

inline SessionOptions small_options() {
  SessionOptions options;
  options.devices = "cpu";
  options.threads = 2;
  options.render_factor = 8;  // the smallest
  return options;
}

}  // namespace colourize::tests
