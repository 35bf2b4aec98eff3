#include "weights/builtin/builtin.h"

extern "C" {
// NOLINTNEXTLINE(modernize-avoid-c-arrays): symbols of builtin.S; their addresses are the bytes' begin and end
extern const std::byte colourize_builtin_lite_begin[];
// NOLINTNEXTLINE(modernize-avoid-c-arrays)
extern const std::byte colourize_builtin_lite_end[];
}

namespace colourize::weights {

std::span<const std::byte> builtin_lite() {
  return {static_cast<const std::byte*>(colourize_builtin_lite_begin),
          static_cast<const std::byte*>(colourize_builtin_lite_end)};
}

}  // namespace colourize::weights
