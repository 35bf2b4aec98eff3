#include "system/available_memory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace colourize {
namespace {

constexpr std::size_t kilobyte = 1024;  // of /proc/meminfo

// The number that follows this name at the beginning of a line.
std::optional<std::size_t> number_after(const std::string& name, const std::filesystem::path& file) {
  std::ifstream lines(file);
  for (std::string found; lines >> found; lines.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    std::size_t number = 0;
    if (found == name && lines >> number) return number;
  }
  return {};
}

// None where the file is absent, or says "max", which means no limit.
std::optional<std::size_t> number_in(const std::filesystem::path& file) {
  std::size_t number = 0;
  if (std::ifstream(file) >> number) return number;
  return {};
}

}  // namespace

std::optional<std::size_t> available_memory(const MemoryFiles& files) {
  std::optional<std::size_t> machine = number_after("MemAvailable:", files.machine);
  if (machine) *machine *= kilobyte;
  const std::optional<std::size_t> limit = number_in(files.group_limit);
  const std::optional<std::size_t> use = number_in(files.group_use);
  if (!limit || !use) return machine;
  const std::size_t reclaimable = number_after("inactive_file", files.group_statistics).value_or(0);
  const std::size_t used = *use - std::min(*use, reclaimable);
  const std::size_t left = *limit - std::min(*limit, used);
  return machine ? std::min(*machine, left) : left;
}

}  // namespace colourize
