// ^C while a film is coloured: the first one asks to finish what is begun, the second one ends the program as ever.
#pragma once

#include <csignal>

namespace colourize::apps {

// One at a time. While it lives, SIGINT and SIGTERM are taken down once each instead of acted upon.
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
