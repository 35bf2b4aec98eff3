#include "kernels/plane.h"

#include <utility>

namespace colourize::kernels {

Plane turned(Plane plane, int quarter_turns) {
  const int last = plane.width - 1;
  for (; quarter_turns > 0; --quarter_turns) {
    Plane next(plane.width, plane.height);
    for (int y = 0; y <= last; ++y) {
      for (int x = 0; x <= last; ++x) {
        next.row(x)[static_cast<std::size_t>(last - y)] = plane.row(y)[static_cast<std::size_t>(x)];
      }
    }
    plane = std::move(next);
  }
  return plane;
}

}  // namespace colourize::kernels
