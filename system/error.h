// The one error type of the program: what happened, to what, and what the person can do about it.
#pragma once

#include <stdexcept>
#include <string>

namespace colourize {

// Thrown by every library of the project. what() is one or two sentences that end up in front of a person as they are:
//   "subject: what happened; remedy"
class Error : public std::runtime_error {
 public:
  // subject: the file, layer or option it happened to. remedy: what to do now; may be empty where nothing helps.
  Error(std::string subject, std::string happened, std::string remedy = {});

  const std::string& subject() const { return subject_; }
  const std::string& happened() const { return happened_; }
  const std::string& remedy() const { return remedy_; }

 private:
  std::string subject_;
  std::string happened_;
  std::string remedy_;
};

// There is not enough memory for this: a smaller piece of work, or another device, may do.
class OutOfMemory : public Error {
 public:
  using Error::Error;
};

// The operating system's words for an errno value, thread-safe: "No space left on device".
std::string system_message(int error_number);

}  // namespace colourize
