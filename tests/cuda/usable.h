// Whether this machine has what the device `cuda` needs.
#pragma once

#include <algorithm>

#include "kernels/backend.h"

namespace colourize::tests {

inline bool cuda_is_usable() {
  const auto entry = std::ranges::find(kernels::backends(), "cuda", &kernels::BackendEntry::name);
  return entry != kernels::backends().end() && entry->usable();
}

}  // namespace colourize::tests
