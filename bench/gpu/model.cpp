// What a MODEL says of the convolutions on tensor cores: tiles, waves, occupancy and the share of the tensor cores'
// peak that they allow, for each distinct layer of the generators. It is arithmetic on what kernels/cuda/choice.cpp
// knows of the tiles, which was measured on an H200, and on what NVIDIA publishes of the GPUs. The choice is the one
// that the program makes.
#include <cstdio>
#include <span>
#include <string>

#include "bench/layer.h"
#include "kernels/cuda/choice.h"

namespace {

namespace cuda = colourize::kernels::cuda;

struct NamedGpu {
  const char* name;
  cuda::Gpu gpu;
};

constexpr NamedGpu gpus[] = {
    // NOLINT(modernize-avoid-c-arrays)
    {"A100", {.multiprocessors = 108, .shared_bytes = 164 << 10, .capability = 80}},
    {"H100", {.multiprocessors = 132, .shared_bytes = 228 << 10, .capability = 90}},
    {"RTX 4090", {.multiprocessors = 128, .shared_bytes = 100 << 10, .capability = 89}},
};

}  // namespace

int main() {
  std::puts(
      "A model, not a measurement.\n\n"
      "| GPU | network | layer | times | algorithm | tiles | blocks a multiprocessor | waves | share of tensor peak |\n"
      "|---|---|---|---|---|---|---|---|---|");
  for (const NamedGpu& named : gpus) {
    for (const colourize::bench::Layer& layer : colourize::bench::read_layers(COLOURIZE_LAYERS)) {
      if (layer.depthwise) continue;
      const colourize::kernels::ConvolutionWeights weights{.out_channels = layer.out_channels,
                                                           .in_channels = layer.input.c,
                                                           .kernel_h = layer.kernel,
                                                           .kernel_w = layer.kernel};
      const colourize::kernels::Shape output{1, layer.input.h / layer.stride, layer.input.w / layer.stride,
                                             layer.out_channels};
      const auto type = colourize::kernels::Type::float16;
      const cuda::Choice choice = cuda::choose(
          weights, {.input = {.shape = layer.input, .type = type}, .output = {.shape = output, .type = type}},
          named.gpu);
      if (choice.algorithm != cuda::Algorithm::tensor_cores) continue;
      const cuda::Estimate estimate = cuda::estimate(weights, output, choice.tile, choice.splits, named.gpu);
      std::printf("| %s | %s | %s | %d | %s | %lld | %d | %.2f | %.0f %% |\n", named.name, layer.network.c_str(),
                  layer.name.c_str(), layer.count, choice.name().c_str(), static_cast<long long>(estimate.tiles),
                  estimate.resident_blocks, estimate.waves, 100 * estimate.tensor_share);
    }
  }
}
