// Chooses a backend at run time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "system/warnings.h"

namespace colourize {

// The names that open_device() takes: "auto", "cuda" and this build's backends. "cuda" is a name even where this build
// or machine has none, so that the error can explain why.
const std::vector<std::string>& device_names();

// Opens the backend called `name`. "auto" opens the fastest one that is usable here, and warns of each faster one that
// cannot be opened. Throws Error when this build lacks the backend or this machine cannot use it.
std::unique_ptr<kernels::Backend> open_device(const std::string& name, const kernels::BackendOptions& options,
                                              const Warn& warn);

// Opens the fastest backend that computes in the host's memory, for work that `device` has too little memory for.
// Returns null where `device` itself computes there.
std::unique_ptr<kernels::Backend> next_device(const kernels::Backend& device, const kernels::BackendOptions& options);

// The names of precisions that a person can choose, "fp32", "fp16" and "bf16", and their values.
const std::map<std::string, kernels::Precision>& precisions();

}  // namespace colourize
