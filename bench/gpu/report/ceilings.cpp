// What the device is, and the most that it does: the rates that every other figure is a share of.
#include <cuda_fp16.h>
#include <cuda_runtime_api.h>

#include "bench/gpu/report/report.h"
#include "bench/gpu/report/timing.h"
#include "engine/device.h"
#include "kernels/cuda/peak.h"

namespace colourize::bench {
namespace {

using kernels::cuda::check;

int attribute(cudaDeviceAttr which) {
  int value = 0;
  check(cudaDeviceGetAttribute(&value, which, 0), "asking for the device");
  return value;
}

nlohmann::json properties() {
  cudaDeviceProp device{};
  check(cudaGetDeviceProperties(&device, 0), "asking for the device");
  int driver = 0;
  int runtime = 0;
  check(cudaDriverGetVersion(&driver), "asking for the driver");
  check(cudaRuntimeGetVersion(&runtime), "asking for the runtime");
  return {{"gpu", static_cast<const char*>(device.name)},
          {"capability", std::to_string(device.major) + "." + std::to_string(device.minor)},
          {"multiprocessors", device.multiProcessorCount},
          {"l2_bytes", device.l2CacheSize},
          {"shared_bytes", attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor)},
          {"memory_bytes", device.totalGlobalMem},
          {"driver_takes", driver},
          {"runtime", runtime}};
}

// Copies within the device; read and written bytes both count.
void copies(const Report& report, kernels::cuda::Stream& stream, std::size_t bytes, const std::string& name) {
  const auto from = random_halves(stream, bytes, 1);
  const kernels::cuda::DeviceMemory to(bytes);
  const Timing timing = time_launches(stream, 0.05, [&](int /*i*/, cudaStream_t on) {
    check(cudaMemcpyAsync(to.as<void>(), from.as<void>(), bytes, cudaMemcpyDeviceToDevice, on), "copying");
  });
  report.add({name, 2e-9 * static_cast<double>(bytes) / timing.seconds, "GB/s", {{"spread", timing.spread}}});
}

}  // namespace

void measure_ceilings(const Report& report) {
  report.add({"device", 1, "", properties()});
  kernels::cuda::Stream stream(0);
  copies(report, stream, std::size_t{256} << 20U, "copy of 256 MiB");
  copies(report, stream, std::size_t{8} << 20U, "copy of 8 MiB, in the L2 cache");
  const int multiprocessors = attribute(cudaDevAttrMultiProcessorCount);
  for (const bool tensor_cores : {true, false}) {
    double multiply_adds = 0;
    const Timing timing = time_launches(stream, 0.1, [&](int /*i*/, cudaStream_t on) {
      multiply_adds = kernels::cuda::launch_multiply_adds(tensor_cores, 2000, multiprocessors, on);
    });
    report.add({tensor_cores ? "mma.sync, registers only" : "float32 multiply-adds, registers only",
                2e-12 * multiply_adds / timing.seconds,
                "TFLOP/s",
                {{"spread", timing.spread}}});
  }
  // The least that a kernel costs in a graph of kernels that wait for each other.
  const Timing empty = time_launches(
      stream, 0.01, [&](int /*i*/, cudaStream_t on) { kernels::cuda::launch_multiply_adds(false, 0, 1, on); });
  report.add({"a kernel that does nothing, in a graph", 1e6 * empty.seconds, "us", {{"spread", empty.spread}}});
}

}  // namespace colourize::bench
