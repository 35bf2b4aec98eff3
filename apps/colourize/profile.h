// `colourize profile`: shows where the time of a run goes.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Prints a table, CSV or JSON. Returns the program's exit code.
int profile(const ProfileArguments& arguments);

}  // namespace colourize::apps
