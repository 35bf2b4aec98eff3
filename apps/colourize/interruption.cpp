#include "apps/colourize/interruption.h"

#include <atomic>

namespace colourize::apps {
namespace {

std::atomic<bool> is_requested = false;  // NOLINT: a signal handler reaches globals only
struct sigaction before_interrupt {};    // NOLINT: the same
struct sigaction before_terminate {};    // NOLINT: the same
static_assert(std::atomic<bool>::is_always_lock_free);

void take_down(int signal) {
  is_requested = true;
  // The next signal has its usual effect.
  sigaction(signal, signal == SIGINT ? &before_interrupt : &before_terminate, nullptr);
}

// A signal that the process ignores stays ignored, as with nohup.
void watch(int signal, struct sigaction& before) {
  struct sigaction action {};
  action.sa_handler = take_down;  // NOLINT(cppcoreguidelines-pro-type-union-access): POSIX's structure
  action.sa_flags = SA_RESTART;
  sigaction(signal, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
  is_requested = false;
  watch(SIGINT, before_interrupt);
  watch(SIGTERM, before_terminate);
  interrupt_before_ = before_interrupt;
  terminate_before_ = before_terminate;
}

Interruption::~Interruption() {
  sigaction(SIGINT, &interrupt_before_, nullptr);
  sigaction(SIGTERM, &terminate_before_, nullptr);
}

bool Interruption::requested() {
  return is_requested;
}

}  // namespace colourize::apps
