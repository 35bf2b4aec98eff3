// Errors as the command line tells them.
#pragma once

#include <string>

#include "system/error.h"

namespace colourize::apps {

// The error's own words and, after them, the option of this program that helps, where there is one.
std::string sentence(const Error& problem);

}  // namespace colourize::apps
