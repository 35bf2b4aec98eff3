// A build without CUDA.
#include "kernels/cuda/devices.h"

namespace colourize::kernels::cuda {

std::vector<BackendEntry> entries() {
  return {};
}

}  // namespace colourize::kernels::cuda
