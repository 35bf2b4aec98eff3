#include "kernels/cuda/devices.h"

#include <cuda_runtime_api.h>

#include <string>

#include "kernels/cuda/backend.h"
#include "kernels/cuda/choice.h"
#include "kernels/cuda/runtime.h"

namespace colourize::kernels::cuda {
namespace {

// convolution.cu's tensor cores and cp.async need compute capability 8.0 or newer.
constexpr int least_capability = 8;

// 0 where there is no driver. The runtime is part of the program, so the program starts there too.
int device_count() {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
  cudaGetLastError();
  return 0;
}

bool usable(int device) {
  int major = 0;
  return device < device_count() &&
         cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess &&
         major >= least_capability;
}

BackendEntry entry(const std::string& name, int device) {
  return {.name = name,
          .usable = [device] { return usable(device); },
          .create = [name, device](const BackendOptions& options) { return create(name, device, options); },
          .in_host_memory = false,
          .requirement = "an NVIDIA GPU of compute capability 8.0 or newer, and its driver"};
}

int attribute(cudaDeviceAttr which, int device) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, device), "asking for the device");
  return value;
}

}  // namespace

Gpu gpu_of(int device) {
  return {.multiprocessors = attribute(cudaDevAttrMultiProcessorCount, device),
          .shared_bytes = attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor, device),
          .capability = 10 * attribute(cudaDevAttrComputeCapabilityMajor, device) +
                        attribute(cudaDevAttrComputeCapabilityMinor, device)};
}

std::vector<BackendEntry> entries() {
  std::vector<BackendEntry> result{entry("cuda", 0)};
  const int count = device_count();
  for (int device = 0; device < count && count > 1; ++device) {
    result.push_back(entry("cuda:" + std::to_string(device), device));
  }
  return result;
}

}  // namespace colourize::kernels::cuda
