// `colourize measure --against`: measures how close coloured pictures come to their originals.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Prints, of one input, a row for each picture and their mean; of several, a row for each input, over the pictures that
// all of them have; or JSON. Returns the program's exit code: 1 when a picture could not be measured, or an input not
// be compared.
int measure_pictures(const MeasureArguments& arguments);

}  // namespace colourize::apps
