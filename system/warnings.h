// Where a library's warnings go: to a sink that its caller gives, so that a program prints them, a server ties them to
// a request and a test looks at them.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace colourize {

// A sink for sentences that end up in front of a person as they are, such as "a.jpg: has no end mark; its picture is
// whole". They say what was lost or differs although the work succeeds; what makes it fail is an Error.
//
// Copies are cheap and share the sink. There is no Warn without a sink: who wants no warnings says ignore_warnings.
//
// Libraries call it from whichever thread meets the trouble, also from several at once, so the sink must bear that. The
// sink should not throw: the work that was warned of would fail with what it throws.
class Warn {
 public:
  // Of anything that takes a sentence. An empty std::function throws std::bad_function_call at the first warning.
  template <std::invocable<const std::string&> Sink>
  requires(!std::same_as<Sink, Warn>) Warn(Sink sink)  // NOLINT(google-explicit-constructor): a lambda is a sink
      : sink_(std::make_shared<const std::function<void(const std::string&)>>(std::move(sink))) {}

  // Copied where it might be moved: what is moved from would have no sink.
  Warn(const Warn&) = default;
  Warn& operator=(const Warn&) = default;
  ~Warn() = default;

  void operator()(const std::string& text) const { (*sink_)(text); }

 private:
  std::shared_ptr<const std::function<void(const std::string&)>> sink_;  // never null
};

// The sink of who wants no warnings.
inline void ignore_warnings(const std::string& /*text*/) {}

}  // namespace colourize
