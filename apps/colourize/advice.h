// Completes errors for the command line.
#pragma once

#include <string>

#include "system/error.h"

namespace colourize::apps {

// The error's text and, after it, the option of this program that helps, where there is one.
std::string sentence(const Error& problem);

}  // namespace colourize::apps
