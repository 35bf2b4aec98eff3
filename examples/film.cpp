// Colours a film, says how far it is, and stops tidily at ^C: film IN OUT. Run again, it resumes.
#include <atomic>
#include <csignal>
#include <iostream>

#include "colourize/colourize.hpp"

namespace {
std::atomic<bool> stop = false;
}

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: film IN OUT\n";
    return 2;
  }
  std::signal(SIGINT, [](int) { stop = true; });
  colourize::FilmOptions options;
  options.stop = [] { return stop.load(); };
  options.progress = [](const colourize_film_progress& progress) {
    std::cerr << "\r" << progress.done_before + progress.done << " of " << progress.expected << " frames";
  };
  try {
    const auto result = colourize::colour_film(colourize::Model(), arguments[1], arguments[2], options);
    std::cout << "\n" << result.frames << " frames\n";
    return 0;
  } catch (const colourize::Failure& failure) {
    std::cerr << "\n" << failure.what() << "\n";
    return failure.status() == COLOURIZE_INTERRUPTED ? 130 : 1;
  }
}
