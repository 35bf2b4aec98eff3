// A function that can be suspended in its middle and resumed later.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>

#include <boost/context/fiber.hpp>

namespace colourize::emulation {

class Fibre {
 public:
  // `body` runs with the first resume().
  explicit Fibre(std::function<void()> body);
  Fibre(const Fibre&) = delete;
  Fibre& operator=(const Fibre&) = delete;
  // Unwinds the body from where it stands.
  ~Fibre();

  // Runs the body until it suspends or ends; throws what it throws.
  void resume();
  // Called by the body: back to who resumed it.
  void suspend();
  bool ended() const { return ended_; }
  // Whether this lies on the body's stack.
  bool owns(const void* address) const {
    const auto* bottom = static_cast<const char*>(stack_.bottom);
    return std::less_equal<>()(bottom, static_cast<const char*>(address)) &&
           std::less<>()(static_cast<const char*>(address), bottom + stack_.bytes);
  }

 private:
  struct Cancelled {};
  struct Stack {
    const void* bottom = nullptr;
    std::size_t bytes = 0;
  };
  class KnownStack;

  boost::context::fiber run(boost::context::fiber&& caller);

  std::function<void()> body_;
  Stack stack_;
  Stack caller_stack_;
  boost::context::fiber fibre_;
  boost::context::fiber caller_;
  std::exception_ptr failure_;
  bool started_ = false;
  bool cancelled_ = false;
  bool ended_ = false;
};

}  // namespace colourize::emulation
