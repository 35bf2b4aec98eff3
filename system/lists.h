// Lists of names, as people write and read them.
#pragma once

#include <string>
#include <vector>

namespace colourize {

// "a", "a or b", "a, b or c", with `last` for "or"; empty where there are no names.
std::string listed(const std::vector<std::string>& names, const std::string& last);

// The names in "a,b,c". An empty name stays one, so that its reader can refuse it; an empty list has one.
std::vector<std::string> names_in(const std::string& list);

}  // namespace colourize
