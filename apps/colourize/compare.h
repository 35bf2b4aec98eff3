// `colourize compare`: compares two devices on one picture, layer by layer.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Prints each layer's differences and the first one beyond the tolerance. Returns the program's exit code: 1 when there
// is such a layer. Throws Error when the picture cannot be read.
int compare_devices(const CompareArguments& arguments);

}  // namespace colourize::apps
