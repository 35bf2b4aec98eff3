// The convolution of ops.h on float16 activations, with float32 sums, as an implicit GEMM on tensor cores.
#pragma once

#include <cuda_fp16.h>
#include <driver_types.h>

#include <cstdint>
#include <vector>

#include "kernels/ops.h"

namespace colourize::kernels::cuda {

// The weights of an ungrouped convolution as the kernel reads them: out_channels x kernel_h x kernel_w x in_channels in
// float16, both channel counts rounded up to the kernel's tiles and padded with zeros, so that no load needs a check.
std::vector<__half> half_weights(const ConvolutionWeights& weights);

// All pointers are the device's. Activations are float16 and begin, as does each of their pixels, at a multiple of 16 bytes;
// their channels may be any number.
struct ConvolutionTask {
  ConstView input;
  View output;
  const __half* weights = nullptr;  // half_weights()
  const float* bias = nullptr;      // out_channels, or null
  int kernel_h = 1;
  int kernel_w = 1;
  int stride = 1;
  Padding padding;
  Epilogue epilogue;
};
void convolution(const ConvolutionTask& task, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
