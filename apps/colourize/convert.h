// `colourize convert`: converts a DeOldify checkpoint into weights.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Returns the program's exit code. Throws Error when the source is not a checkpoint, or the output cannot be written.
int convert_checkpoint(const ConvertArguments& arguments);

}  // namespace colourize::apps
