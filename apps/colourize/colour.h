// `colourize INPUT...`: colours pictures, films, and folders of them.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Returns the program's exit code: 0 when all are done now or were before, 1 when some failed or ^C stopped it. Throws
// Error when it could not begin.
int colour(const ColourArguments& arguments);

}  // namespace colourize::apps
