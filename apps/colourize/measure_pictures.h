// `colourize measure --against`: measures how close coloured pictures come to their originals.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Prints a table with a row for each picture and the mean of each input, or JSON. Returns the program's exit code: 1
// when a picture could not be measured.
int measure_pictures(const MeasureArguments& arguments);

}  // namespace colourize::apps
