// A film that is made in no time: grey ramps that wander, 8 bits, full range, as YUV4MPEG2.
#pragma once

#include <string>

namespace colourize::tests {

constexpr int small_film_width = 36;
constexpr int small_film_height = 20;

inline std::string small_film(int frames) {
  std::string film = "YUV4MPEG2 W36 H20 F25:1 Ip A1:1 Cmono\n";
  for (int n = 0; n < frames; ++n) {
    film += "FRAME\n";
    for (int y = 0; y < small_film_height; ++y) {
      for (int x = 0; x < small_film_width; ++x) film += static_cast<char>(16 + (x * 5 + y * 3 + n * 2) % 220);
    }
  }
  return film;
}

}  // namespace colourize::tests
