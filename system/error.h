// The one error type of the program: the kind of problem, its subject, what happened, and what the person can do.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace colourize {

// What a caller can act on: a command line names an option to try; a server answers with a status.
enum class ErrorKind : std::uint8_t {
  not_found,    // no file, folder, model or tensor has this name
  damaged,      // a file or download is truncated, changed, or contradicts itself
  incomplete,   // damaged, but a part is sound, and the caller may ask for it
  unsupported,  // valid, but this program, build, machine or format cannot do it
  invalid,      // what the caller asked for is out of range or contradicts itself
  too_large,    // beyond the limit that the caller has set
  no_memory,    // see OutOfMemory
  no_disk,      // the disk has too little space
  refused,      // the system, a permission or another process prevents it
  conflict,     // what an earlier call left does not match this one
  interrupted,  // stopped before the end
  unreachable,  // the other side of a network does not answer as it should
  failed,       // a library or a device reports something unforeseen
};

// The kind as a word for machines: "not_found", with a zero after it.
std::string_view name_of(ErrorKind kind);

// Every library of the project throws this. what() is one or two sentences that a person reads unchanged:
//   "subject: what happened; remedy"
// Libraries know no command line, so no text names one of its options.
class Error : public std::runtime_error {
 public:
  // subject: the file, layer or setting that has the problem. remedy: what to do now; empty where nothing helps.
  Error(ErrorKind kind, std::string subject, std::string happened, std::string remedy = {});

  ErrorKind kind() const { return kind_; }
  const std::string& subject() const { return subject_; }
  const std::string& happened() const { return happened_; }
  const std::string& remedy() const { return remedy_; }

 private:
  ErrorKind kind_;
  std::string subject_;
  std::string happened_;
  std::string remedy_;
};

// Memory does not suffice. A smaller piece of work, or another device, may fit.
class OutOfMemory : public Error {
 public:
  OutOfMemory(std::string subject, std::string happened, std::string remedy = {});
};

// The operating system's text for an errno value, such as "No space left on device". Safe in any thread.
std::string system_message(int error_number);

// The kind for an errno value, or for an error of the file system.
ErrorKind kind_of_errno(int error_number);
ErrorKind kind_of_errno(const std::error_code& problem);

}  // namespace colourize
