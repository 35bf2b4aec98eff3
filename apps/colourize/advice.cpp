#include "apps/colourize/advice.h"

namespace colourize::apps {
namespace {

// The option that helps, with its command where other commands can meet such an error too. Null where none helps, or
// where the kind of error does not decide which one does.
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
