// The number of processors that this process may keep busy. More threads than that would only wait for each other.
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>

#include "kernels/thread_pool.h"

namespace colourize::kernels {
namespace {

namespace fs = std::filesystem;

// "max 100000" or "150000 100000": microseconds of processor time in a period (cgroup v2, cpu.max).
std::optional<double> read_cpu_max(const fs::path& path) {
  std::ifstream file(path);
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

// The same in two files, where -1 means no limit (cgroup v1).
std::optional<double> read_cfs_quota(const fs::path& folder) {
  std::ifstream quota_file(folder / "cpu.cfs_quota_us");
  std::ifstream period_file(folder / "cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
  if (!a) return b;
  return b ? std::min(*a, *b) : a;
}

// The limits of the group itself and of the groups around it; all of them apply.
template <typename Read>
std::optional<double> smallest_on_the_way_up(const fs::path& mount, const std::string& group, const Read& read) {
  std::optional<double> result = read(mount);
  fs::path folder = mount;
  for (const fs::path& part : fs::path(group).relative_path()) {
    folder /= part;
    result = smaller(result, read(folder));
  }
  return result;
}

}  // namespace

std::optional<double> processor_quota(const fs::path& root) {
  // Lines of hierarchy:controllers:group; in version 2 a single one, 0::group.
  std::ifstream groups(root / "proc/self/cgroup");
  std::optional<double> result;
  for (std::string line; std::getline(groups, line);) {
    std::istringstream fields(line);
    std::string hierarchy;
    std::string controllers;
    std::string group;
    std::getline(fields, hierarchy, ':');
    std::getline(fields, controllers, ':');
    std::getline(fields, group);
    const fs::path mounts = root / "sys/fs/cgroup";
    if (controllers.empty()) {
      result = smaller(result, smallest_on_the_way_up(mounts, group, [](const fs::path& folder) {
                         return read_cpu_max(folder / "cpu.max");
                       }));
    } else if (("," + controllers + ",").find(",cpu,") != std::string::npos) {
      result = smaller(result, smallest_on_the_way_up(mounts / controllers, group, read_cfs_quota));
    }
  }
  return result;
}

int available_threads() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  int threads = static_cast<int>(std::thread::hardware_concurrency());
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) threads = CPU_COUNT(&mask);
  // Compares floating-point numbers, because a quota may be larger than any int.
  if (const auto quota = processor_quota("/"); quota && std::ceil(*quota) < threads) {
    threads = static_cast<int>(std::ceil(*quota));
  }
  return std::max(1, threads);
}

}  // namespace colourize::kernels
