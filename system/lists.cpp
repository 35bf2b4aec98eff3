#include "system/lists.h"

#include <cstddef>
#include <sstream>

namespace colourize {

std::string listed(const std::vector<std::string>& names, const std::string& last) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " " + last + " " : ", ";
    text += names[i];
  }
  return text;
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream text(list + ",");
  for (std::string name; std::getline(text, name, ',');) names.push_back(name);
  return names;
}

}  // namespace colourize
