// The backends of this build, fastest first.
#include <array>

#include "kernels/backend.h"
#include "kernels/reference/reference.h"

namespace colourize::kernels {

std::span<const BackendEntry> backends() {
  static constexpr std::array<BackendEntry, 1> table{{
      {"reference", reference::usable, reference::create},
  }};
  return table;
}

}  // namespace colourize::kernels
