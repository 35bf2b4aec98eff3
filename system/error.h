// The one error type of the program: what kind of thing happened, what exactly, to what, and what the person can do
// about it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace colourize {

// What a caller can act on: a command line names the option to try, a server answers with a status.
enum class ErrorKind : std::uint8_t {
  not_found,    // nothing of that name is there: a file, a folder, a model, a tensor
  damaged,      // a file or a download is not what it should be: cut short, changed, or contradicting itself
  incomplete,   // damaged, but a part of it is sound, and the caller may ask for that
  unsupported,  // understood, but not what this program, this build, this machine or this format can do
  invalid,      // what was asked for is out of range or contradicts itself
  too_large,    // beyond the limit that the caller has set
  no_memory,    // see OutOfMemory
  no_disk,      // there is no room to write
  refused,      // the system, a permission or another process stands in the way
  conflict,     // what an earlier call has left does not fit this one
  interrupted,  // it was stopped before its end
  unreachable,  // the other side of a network does not answer as it should
  failed,       // a library or a device reports what nobody can foresee
};

// The kind as a word for machines: "not_found".
std::string_view name_of(ErrorKind kind);

// Thrown by every library of the project. what() is one or two sentences that end up in front of a person as they are:
//   "subject: what happened; remedy"
// No library knows a command line, so none of them names one of its options.
class Error : public std::runtime_error {
 public:
  // subject: the file, layer or setting it happened to. remedy: what to do now; may be empty where nothing helps.
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

// There is not enough memory for this: a smaller piece of work, or another device, may do.
class OutOfMemory : public Error {
 public:
  OutOfMemory(std::string subject, std::string happened, std::string remedy = {});
};

// The operating system's words for an errno value, thread-safe: "No space left on device".
std::string system_message(int error_number);

// The kind that an errno value, or an error of the file system, stands for.
ErrorKind kind_of_errno(int error_number);
ErrorKind kind_of_errno(const std::error_code& problem);

}  // namespace colourize
