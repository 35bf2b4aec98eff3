// kernels/pictures.h on one GPU.
#pragma once

#include <memory>

#include "kernels/cuda/runtime.h"
#include "kernels/pictures.h"

namespace colourize::kernels::cuda {

// `stream`: of the device of that number; outlives the result, as it does all that the result gives out.
std::unique_ptr<PictureOperations> picture_operations(Stream& stream, int device);

}  // namespace colourize::kernels::cuda
