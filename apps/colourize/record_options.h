// The options that change a result, by their names on the command line, as a record has them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// All of them, given or not: null for one that was not and has no default.
nlohmann::json recorded_options(const ColourArguments& arguments);

// Sets all of them. Throws Error of the kind `damaged` where one is missing, has a value that the command line would
// not take, or is not known; `name`: the record's, for the message.
void set_options(const nlohmann::json& recorded, const std::string& name, ColourArguments& arguments);

}  // namespace colourize::apps
