// ^C while a film is coloured: the first one asks to finish what has begun, the second one ends the program as usual.
#pragma once

#include <csignal>

namespace colourize::apps {

// Only one may exist at a time. While it lives, the first SIGINT and the first SIGTERM are noted instead of ending the
// program.
class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  static bool requested();

 private:
  struct sigaction interrupt_before_ {};
  struct sigaction terminate_before_ {};
};

}  // namespace colourize::apps
