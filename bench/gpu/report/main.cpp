// Measures a GPU and our kernels on it, one phase a call; run.sh calls all of them.
//
//   gpu_report ceilings SECONDS
//   gpu_report tiles SECONDS [NETWORKS]     of bench/layers.csv; all
//   gpu_report passes SECONDS [KINDS]       wide,deep,lite,ddcolor-tiny,ddcolor-large
//   gpu_report flows SECONDS [KINDS]        the same
//
// One line of JSON a figure on the standard output. Exit codes: 0 measured, 1 failed, 2 usage, 77 there is no GPU.
#include <cuda_runtime_api.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "bench/gpu/report/report.h"

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.size() < 2) {
    std::cerr << "usage: gpu_report ceilings|tiles|passes|flows SECONDS [NAMES]\n";
    return 2;
  }
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::cerr << "there is no NVIDIA GPU on this machine, or its driver is too old\n";
    return 77;
  }
  const std::string& phase = arguments[0];
  const auto names = [&](const char* otherwise) { return arguments.size() > 2 ? arguments[2] : otherwise; };
  try {
    const colourize::bench::Report report(phase, std::stod(arguments[1]));
    if (phase == "ceilings") {
      measure_ceilings(report);
    } else if (phase == "tiles") {
      measure_tiles(report, names("wide-336,wide-560,deep-336,ddcolor-tiny-512,ddcolor-large-512,lite-256"));
    } else if (phase == "passes") {
      measure_passes(report, names("wide,deep,ddcolor-tiny,ddcolor-large,lite"));
    } else if (phase == "flows") {
      measure_flows(report, names("lite,wide,ddcolor-large"));
    } else {
      std::cerr << "there is no phase " << phase << '\n';
      return 2;
    }
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return EXIT_FAILURE;
  }
}
