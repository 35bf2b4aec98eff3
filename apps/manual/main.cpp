// Writes the manual page or the completion to standard output, when the program is built:
//   colourize_manual page VERSION DATE
//   colourize_manual completion
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "apps/manual/completion.h"
#include "apps/manual/man_page.h"
#include "apps/manual/tables.h"

int main(int count, char** values) {
  try {
    const std::vector<std::string> given(values + 1, values + count);
    if (given.size() == 3 && given.front() == "page") {
      std::cout << colourize::manual::man_page(colourize::manual::read_tables(), given[1], given[2]);
    } else if (given.size() == 1 && given.front() == "completion") {
      std::cout << colourize::manual::bash_completion(colourize::manual::read_tables());
    } else {
      std::cerr << "usage: colourize_manual page VERSION DATE, or colourize_manual completion\n";
      return 2;
    }
    return std::cout.flush() ? 0 : 1;
  } catch (const std::exception& problem) {
    std::cerr << "colourize_manual: " << problem.what() << "\n";
    return 1;
  }
}
