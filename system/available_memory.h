// How much memory this process may still take.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace colourize {

// Where Linux says it. Tests name other files.
struct MemoryFiles {
  std::filesystem::path machine = "/proc/meminfo";
  std::filesystem::path group_limit = "/sys/fs/cgroup/memory.max";  // of a container; absent elsewhere
  std::filesystem::path group_use = "/sys/fs/cgroup/memory.current";
  std::filesystem::path group_statistics = "/sys/fs/cgroup/memory.stat";
};

// Returns the bytes that the kernel could give without swapping (MemAvailable of proc(5)), or what the container's
// limit leaves where that is less (cgroup v2): the limit, less what is in use, but files that nobody has read for a
// while do not count as used. None where the system does not say.
std::optional<std::size_t> available_memory(const MemoryFiles& files = {});

}  // namespace colourize
