// kernels/pictures.h on one GPU.
#pragma once

#include <memory>

#include "kernels/cuda/runtime.h"
#include "kernels/pictures.h"

namespace colourize::kernels::cuda {

// On the stream's device. It outlives the result, as it does all that the result gives out.
std::unique_ptr<PictureOperations> picture_operations(Stream& stream);

}  // namespace colourize::kernels::cuda
