// The run-time choice of a backend.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"
#include "system/warnings.h"

namespace colourize {

// The names that open_device() takes: "auto", "cuda", which is explained where this build or machine has none, and this
// build's backends.
const std::vector<std::string>& device_names();

// The backend called `name`; "auto" is the fastest one usable here, and warns of each faster one that cannot be opened.
// Throws Error when it is not in this build or not usable on this machine.
std::unique_ptr<kernels::Backend> open_device(const std::string& name, const kernels::BackendOptions& options,
                                              const Warn& warn);

// The fastest backend that computes in the host's memory, for work that has not enough of its own on `device`; null
// where `device` computes there itself.
std::unique_ptr<kernels::Backend> next_device(const kernels::Backend& device, const kernels::BackendOptions& options);

// The names of precisions that a person gives, and what they stand for: "fp32", "fp16", "bf16".
const std::map<std::string, kernels::Precision>& precisions();

}  // namespace colourize
