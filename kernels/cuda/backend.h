// The backend of one GPU.
#pragma once

#include <memory>
#include <string>

#include "kernels/backend.h"

namespace colourize::kernels::cuda {

// `device`: its number, as the runtime counts. Throws Error when the runtime does not give it, or the precision is not
// there.
std::unique_ptr<Backend> create(const std::string& name, int device, const BackendOptions& options);

}  // namespace colourize::kernels::cuda
