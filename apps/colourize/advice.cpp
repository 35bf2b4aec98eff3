#include "apps/colourize/advice.h"

namespace colourize::apps {
namespace {

// The option that helps, with its command where other commands meet such an error too. Null: none helps, or which one
// depends on more than the error's kind.
const char* option_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::too_large:
      return "--max-megapixels";
    case ErrorKind::incomplete:
      return "colourize --salvage takes what is there";
    case ErrorKind::conflict:
      return "--discard";
    case ErrorKind::unreachable:
      return "--from";
    default:
      return nullptr;
  }
}

}  // namespace

std::string sentence(const Error& problem) {
  const char* option = option_for(problem.kind());
  return option == nullptr ? problem.what() : std::string(problem.what()) + " (" + option + ")";
}

}  // namespace colourize::apps
