// The completion of bash.
#pragma once

#include <string>
#include <vector>

#include "apps/manual/tables.h"

namespace colourize::manual {

// A script that bash sources: after it, TAB completes commands, options, their choices, names of models, and files.
std::string bash_completion(const std::vector<Command>& commands);

}  // namespace colourize::manual
