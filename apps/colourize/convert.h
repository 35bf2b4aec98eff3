// `colourize convert`: a DeOldify checkpoint becomes weights.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Returns the program's exit code. Throws Error when the source is no checkpoint, or the output cannot be written.
int convert_checkpoint(const ConvertArguments& arguments);

}  // namespace colourize::apps
