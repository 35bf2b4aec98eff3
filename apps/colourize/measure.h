// `colourize measure`: computes the figures that papers use for a film.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Prints them, or JSON. Returns the program's exit code: 1 when a film could not be read.
int measure(const MeasureArguments& arguments);

}  // namespace colourize::apps
