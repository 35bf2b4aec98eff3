// Times work on a CUDA stream by the device's own clock.
#pragma once

#include <driver_types.h>

#include <functional>

#include "kernels/cuda/runtime.h"

namespace colourize::bench {

struct Timing {
  double seconds = 0;  // of one launch: the median of the replays
  double spread = 0;   // the slowest replay less the fastest, divided by the median
  int launches = 0;    // of one replay
  int replays = 0;
};

// `launch(i, stream)` puts the i-th launch on the stream; it must allocate nothing. Captures some launches as one
// graph, long enough for about `budget` seconds in all, and replays it: the time to launch does not count.
Timing time_launches(kernels::cuda::Stream& stream, double budget,
                     const std::function<void(int i, cudaStream_t stream)>& launch);

// Device memory of this many bytes, full of float16 numbers, about normal with deviation `deviation`, never all equal.
kernels::cuda::DeviceMemory random_halves(kernels::cuda::Stream& stream, std::size_t bytes, float deviation);

}  // namespace colourize::bench
