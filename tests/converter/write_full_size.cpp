// Leaves a full-size checkpoint of the recipe where one says, for a look at it by other means (tests/oracle/
// check_full_size_checkpoint.py): write_full_size wide|deep zip|legacy PATH. The zip holds the state dict itself, the
// legacy file {"model": state dict, "opt": {}}, as the published files do.
#include <cstdio>
#include <span>
#include <string>

#include "system/error.h"
#include "tests/support/full_size.h"

int main(int count, char** values) {
  const std::span<char*> arguments(values, static_cast<std::size_t>(count));
  if (arguments.size() != 4) {
    std::fputs("usage: write_full_size wide|deep zip|legacy PATH\n", stderr);
    return 2;
  }
  try {
    using colourize::tests::TorchContainer;
    const bool legacy = std::string(arguments[2]) == "legacy";
    colourize::tests::write_full_size_checkpoint(arguments[1], legacy ? TorchContainer::legacy : TorchContainer::zip,
                                                 legacy, arguments[3]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "write_full_size: %s\n", error.what());
    return 1;
  }
  return 0;
}
