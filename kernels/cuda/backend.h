// The backend of one GPU.
#pragma once

#include <memory>
#include <string>

#include "kernels/backend.h"

namespace colourize::kernels::cuda {

// `device`: its number in the CUDA runtime. Throws Error where the runtime cannot open it, or where it lacks the
// precision.
std::unique_ptr<Backend> create(const std::string& name, int device, const BackendOptions& options);

}  // namespace colourize::kernels::cuda
