// The backends of this build, fastest first.
#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/cpu.h"
#include "kernels/cuda/devices.h"
#include "kernels/reference/reference.h"

namespace colourize::kernels {
namespace {

// The best instruction set that this machine has.
const cpu::Target& best_target() {
  for (const cpu::Target& target : cpu::targets()) {
    if (cpu::usable(target)) return target;
  }
  return cpu::targets().back();
}

std::vector<BackendEntry> table() {
  std::vector<BackendEntry> entries = cuda::entries();
  entries.push_back({"cpu", [] { return cpu::usable(best_target()); },
                     [](const BackendOptions& options) { return cpu::create(best_target(), options); }});
  // Each instruction set also has its own name, for comparisons.
  for (const cpu::Target& target : cpu::targets()) {
    entries.push_back({"cpu-" + std::string(target.name), [target] { return cpu::usable(target); },
                       [target](const BackendOptions& options) { return cpu::create(target, options); }});
  }
  entries.push_back({"reference", reference::usable, reference::create});
  return entries;
}

}  // namespace

std::span<const BackendEntry> backends() {
  static const std::vector<BackendEntry> entries = table();
  return entries;
}

}  // namespace colourize::kernels
