#include "system/error.h"

#include <cerrno>
#include <utility>

namespace colourize {
namespace {

std::string sentence(const std::string& subject, const std::string& happened, const std::string& remedy) {
  std::string text = subject + ": " + happened;
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

}  // namespace

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::damaged:
      return "damaged";
    case ErrorKind::incomplete:
      return "incomplete";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::too_large:
      return "too_large";
    case ErrorKind::no_memory:
      return "no_memory";
    case ErrorKind::no_disk:
      return "no_disk";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::interrupted:
      return "interrupted";
    case ErrorKind::unreachable:
      return "unreachable";
    case ErrorKind::failed:
      break;
  }
  return "failed";
}

Error::Error(ErrorKind kind, std::string subject, std::string happened, std::string remedy)
    : std::runtime_error(sentence(subject, happened, remedy)),
      kind_(kind),
      subject_(std::move(subject)),
      happened_(std::move(happened)),
      remedy_(std::move(remedy)) {}

OutOfMemory::OutOfMemory(std::string subject, std::string happened, std::string remedy)
    : Error(ErrorKind::no_memory, std::move(subject), std::move(happened), std::move(remedy)) {}

std::string system_message(int error_number) {
  return std::generic_category().message(error_number);
}

ErrorKind kind_of_errno(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
    case EBUSY:
    case EEXIST:
    case ETXTBSY:
    case EISDIR:
      return ErrorKind::refused;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return ErrorKind::no_disk;
    case ENOMEM:
      return ErrorKind::no_memory;
    case ENAMETOOLONG:
    case EINVAL:
      return ErrorKind::invalid;
    default:
      return ErrorKind::failed;
  }
}

ErrorKind kind_of_errno(const std::error_code& problem) {
  return problem.category() == std::generic_category() || problem.category() == std::system_category()
             ? kind_of_errno(problem.value())
             : ErrorKind::failed;
}

}  // namespace colourize
