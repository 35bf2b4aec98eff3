#include "library/failure.h"

#include <exception>
#include <new>
#include <string>

namespace colourize::library {
namespace {

constexpr auto no_memory = "there is not enough memory";

// The text and the structure that points into it.
struct LastError {
  std::string message, subject, happened, remedy;
  colourize_error error{COLOURIZE_OK, "", "", "", ""};

  void set(colourize_status status, const Error& problem) {
    message = problem.what();
    subject = problem.subject();
    happened = problem.happened();
    remedy = problem.remedy();
    error = {status, message.c_str(), subject.c_str(), happened.c_str(), remedy.c_str()};
  }
};

LastError& last_error() {
  thread_local LastError error;
  return error;
}

colourize_status status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return COLOURIZE_NOT_FOUND;
    case ErrorKind::damaged:
      return COLOURIZE_DAMAGED;
    case ErrorKind::incomplete:
      return COLOURIZE_INCOMPLETE;
    case ErrorKind::unsupported:
      return COLOURIZE_UNSUPPORTED;
    case ErrorKind::invalid:
      return COLOURIZE_INVALID;
    case ErrorKind::too_large:
      return COLOURIZE_TOO_LARGE;
    case ErrorKind::no_memory:
      return COLOURIZE_NO_MEMORY;
    case ErrorKind::no_disk:
      return COLOURIZE_NO_DISK;
    case ErrorKind::refused:
      return COLOURIZE_REFUSED;
    case ErrorKind::conflict:
      return COLOURIZE_CONFLICT;
    case ErrorKind::interrupted:
      return COLOURIZE_INTERRUPTED;
    case ErrorKind::unreachable:
      return COLOURIZE_UNREACHABLE;
    case ErrorKind::failed:
      return COLOURIZE_FAILED;
  }
  return COLOURIZE_FAILED;
}

// Needs no memory: where there is none, the message is a constant.
colourize_status remember(const Error& problem) noexcept {
  const colourize_status status = status_of(problem.kind());
  try {
    last_error().set(status, problem);
  } catch (const std::bad_alloc&) {
    last_error().error = {COLOURIZE_NO_MEMORY, no_memory, "", no_memory, ""};
    return COLOURIZE_NO_MEMORY;
  }
  return status;
}

}  // namespace

colourize_status guarded(const std::function<void()>& call) noexcept {
  try {
    call();
    return COLOURIZE_OK;
  } catch (const Error& problem) {
    return remember(problem);
  } catch (const std::bad_alloc&) {
    last_error().error = {COLOURIZE_NO_MEMORY, no_memory, "", no_memory, ""};
    return COLOURIZE_NO_MEMORY;
  } catch (const std::exception& problem) {
    return remember(Error(ErrorKind::failed, "colourize", problem.what()));
  } catch (...) {
    return remember(Error(ErrorKind::failed, "colourize", "a callback threw an exception"));
  }
}

void refuse(const char* argument, const char* happened, const char* remedy) {
  throw Error(ErrorKind::invalid, argument, happened, remedy);
}

void require(const void* pointer, const char* argument) {
  if (pointer == nullptr) refuse(argument, "is NULL", "pass it");
}

}  // namespace colourize::library

const colourize_error* colourize_last_error(void) {
  return &colourize::library::last_error().error;
}

// Statuses have the names of their kinds.
const char* colourize_status_name(colourize_status status) {
  using colourize::ErrorKind;
  if (status == COLOURIZE_OK) return "ok";
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::failed); ++kind) {
    const auto known = static_cast<ErrorKind>(kind);
    if (colourize::library::status_of(known) == status) return colourize::name_of(known).data();
  }
  return "unknown";
}
