// `colourize infer`: runs only the generator on a tensor, to compare it with another implementation.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Returns the program's exit code. Throws Error when the input does not fit the generator or the output cannot be
// written.
int infer(const InferArguments& arguments);

}  // namespace colourize::apps
