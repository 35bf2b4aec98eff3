// The manual page.
#pragma once

#include <string>
#include <vector>

#include "apps/manual/tables.h"

namespace colourize::manual {

// colourize.1, in the macros of man(7). `date` is that of the version, YYYY-MM-DD.
std::string man_page(const std::vector<Command>& commands, const std::string& version, const std::string& date);

}  // namespace colourize::manual
