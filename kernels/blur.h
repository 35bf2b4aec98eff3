// The Gaussian blur that softens a generator's input, in the host's memory.
#pragma once

#include "kernels/plane.h"
#include "kernels/thread_pool.h"

namespace colourize::kernels {

// The plane blurred by gaussian(deviation) of kernels/resize_axis.h, along the rows first. A pixel outside the plane
// counts as the nearest one inside.
Plane blurred(const Plane& plane, double deviation, ThreadPool& pool);

}  // namespace colourize::kernels
