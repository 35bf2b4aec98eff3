// The run-time choice of a backend.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernels/backend.h"

namespace colourize {

// The names that open_device() takes: "auto" and every backend that any build may have.
const std::vector<std::string>& device_names();

// The backend called `name`; "auto" is the fastest one usable here. Throws Error when it is not in this build or not
// usable on this machine.
std::unique_ptr<kernels::Backend> open_device(const std::string& name, const kernels::BackendOptions& options = {});

}  // namespace colourize
