// The steps of pictures by one instruction set, for tests that run on each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernels/cpu/cpu.h"
#include "kernels/cpu/targets.h"
#include "kernels/host_pictures.h"

namespace colourize::kernels {

inline std::vector<std::string> cpu_target_names() {
  std::vector<std::string> names;
  for (const cpu::Target& target : cpu::targets()) names.emplace_back(target.name);
  return names;
}

// None where this processor lacks the instructions.
inline std::optional<PictureRows> picture_rows_of(const std::string& name) {
  for (const cpu::Target& target : cpu::targets()) {
    if (target.name == name && cpu::usable(target)) return cpu::operations_of(target).pictures;
  }
  return {};
}

}  // namespace colourize::kernels
