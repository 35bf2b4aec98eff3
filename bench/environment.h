// The backend that a benchmark is to measure: COLOURIZE_DEVICE names the device ("cpu" otherwise), COLOURIZE_THREADS
// the threads (as many as there are processors otherwise).
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include "engine/device.h"

namespace colourize::bench {

inline std::string environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value == nullptr ? otherwise : value;
}

inline std::unique_ptr<kernels::Backend> open_backend() {
  return open_device(environment("COLOURIZE_DEVICE", "cpu"),
                     {.threads = std::stoi(environment("COLOURIZE_THREADS", "0"))}, ignore_warnings);
}

}  // namespace colourize::bench
