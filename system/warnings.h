// Where a library's warnings go: to a sink that the caller passes in. So a program can print them, a server can attach
// them to a request, and a test can look at them.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace colourize {

// A sink for sentences that a person reads unchanged, such as "a.jpg: has no end mark; its picture is whole". A warning
// says what was lost or differs although the work succeeded. What makes the work fail is an Error.
//
// Copies are cheap and share the sink. A Warn always has a sink; pass ignore_warnings to ignore the warnings.
//
// Libraries call the sink from any thread, and from several at once, so it must be safe to call that way. It should not
// throw, because its exception would make the work fail.
class Warn {
 public:
  // Takes anything that can be called with a sentence. An empty std::function throws std::bad_function_call at the
  // first warning.
  template <std::invocable<const std::string&> Sink>
  requires(!std::same_as<Sink, Warn>) Warn(Sink sink)  // NOLINT(google-explicit-constructor): a lambda is a sink
      : sink_(std::make_shared<const std::function<void(const std::string&)>>(std::move(sink))) {}

  // Moving copies instead, because a moved-from Warn would have no sink.
  Warn(const Warn&) = default;
  Warn& operator=(const Warn&) = default;
  ~Warn() = default;

  void operator()(const std::string& text) const { (*sink_)(text); }

 private:
  std::shared_ptr<const std::function<void(const std::string&)>> sink_;  // never null
};

// A sink that ignores all warnings.
inline void ignore_warnings(const std::string& /*text*/) {}

}  // namespace colourize
