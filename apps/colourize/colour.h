// `colourize INPUT...`: pictures and films, and folders of them.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Returns the program's exit code: 0 when all were done or had been before, 1 when some failed or ^C came between.
// Throws Error when nothing could be begun.
int colour(const ColourArguments& arguments);

}  // namespace colourize::apps
