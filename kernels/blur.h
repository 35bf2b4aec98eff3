// The Gaussian blur that softens what a generator sees, in the host's memory.
#pragma once

#include "kernels/plane.h"
#include "kernels/thread_pool.h"

namespace colourize::kernels {

// The plane under gaussian(deviation) of kernels/resize_axis.h, along the rows first; a pixel outside the plane counts
// as the nearest one inside.
Plane blurred(const Plane& plane, double deviation, ThreadPool& pool);

}  // namespace colourize::kernels
