#include "engine/device.h"

#include <algorithm>

#include "system/error.h"

namespace colourize {

const std::vector<std::string>& device_names() {
  static const std::vector<std::string> names = [] {
    // "cuda" is a known name, so that the error explains it where this build lacks it.
    std::vector<std::string> result{"auto", "cuda"};
    for (const kernels::BackendEntry& entry : kernels::backends()) {
      if (std::ranges::find(result, entry.name) == result.end()) result.push_back(entry.name);
    }
    return result;
  }();
  return names;
}

std::unique_ptr<kernels::Backend> open_device(const std::string& name, const kernels::BackendOptions& options,
                                              const Warn& warn) {
  const auto table = kernels::backends();
  if (name == "auto") {
    for (const kernels::BackendEntry& entry : table) {
      if (!entry.usable()) continue;
      try {
        return entry.create(options);
      } catch (const Error& problem) {
        // For example, a GPU's memory is full, or it does not compute in this precision. The last device's error goes
        // to the user.
        if (&entry == &table.back()) throw;
        warn(std::string(problem.what()) + "; trying the next device");
      }
    }
    throw Error(ErrorKind::unsupported, "device auto", "no backend of this build is usable on this machine");
  }
  const auto found = std::ranges::find(table, name, &kernels::BackendEntry::name);
  if (found == table.end())
    throw Error(ErrorKind::unsupported, "device " + name, "is not part of this build", "choose the device auto");
  if (!found->usable()) {
    const std::string& requirement = found->requirement;
    throw Error(ErrorKind::unsupported, "device " + name,
                "is not usable on this machine" + (requirement.empty() ? "" : ": it takes " + requirement),
                "choose the device auto");
  }
  return found->create(options);
}

std::unique_ptr<kernels::Backend> next_device(const kernels::Backend& device, const kernels::BackendOptions& options) {
  if (device.in_host_memory()) return nullptr;
  const auto table = kernels::backends();
  const auto next =
      std::ranges::find_if(table, [](const auto& entry) { return entry.in_host_memory && entry.usable(); });
  if (next == table.end()) return nullptr;
  kernels::BackendOptions of_next = options;
  of_next.precision.reset();  // a GPU's precision is not the CPU's
  return next->create(of_next);
}

const std::map<std::string, kernels::Precision>& precisions() {
  static const std::map<std::string, kernels::Precision> names{{"fp32", kernels::Precision::float32},
                                                               {"fp16", kernels::Precision::float16},
                                                               {"bf16", kernels::Precision::bfloat16}};
  return names;
}

}  // namespace colourize
