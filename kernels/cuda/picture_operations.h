// kernels/pictures.h on one GPU.
#pragma once

#include <memory>

#include "kernels/cuda/runtime.h"
#include "kernels/pictures.h"

namespace colourize::kernels::cuda {

// On the stream's device. The stream must outlive the result and everything that the result returns.
std::unique_ptr<PictureOperations> picture_operations(Stream& stream);

}  // namespace colourize::kernels::cuda
