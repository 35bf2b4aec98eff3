// What the cost model of the CPU backend must keep to, whatever numbers it is made of. The layers are those of the
// large DDColor at 512 and of the wide DeOldify at 560.

#include <gtest/gtest.h>

#include <string>

#include "kernels/cpu/cpu.h"

namespace colourize::tests {
namespace {

using kernels::cpu::Algorithm;

struct Layer {
  std::int64_t side;
  std::int64_t in_channels;
  std::int64_t out_channels;
  int kernel;
};

// How it computes the layer; it reads no weights, so an address is enough.
std::string chosen(const kernels::cpu::Target& target, const Layer& layer, bool half = false) {
  static const std::uint16_t half_weight = 0;
  static const float weight = 0;
  const kernels::ConvolutionWeights weights{.weight = half ? nullptr : &weight,
                                            .half_weight = half ? &half_weight : nullptr,
                                            .out_channels = layer.out_channels,
                                            .in_channels = layer.in_channels,
                                            .kernel_h = layer.kernel,
                                            .kernel_w = layer.kernel};
  const int margin = layer.kernel / 2;
  kernels::ConvolutionArgs args{.padding = {margin, margin, margin, margin}};
  args.input.shape = {1, layer.side, layer.side, layer.in_channels};
  args.output.shape = {1, layer.side, layer.side, layer.out_channels};
  return kernels::cpu::create(target, {.threads = 1})->prepare(weights, args)->facts().name;
}

// Tiles of 6x6 outputs take 51 MB more than those of 4x4 in the first layer and 44 MB more in the second. They save
// arithmetic in every pixel, and the second has five times the pixels.
TEST(Choice, AsksThatLargeWeightsSaveMuchTime) {
  for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
    if (!kernels::cpu::usable(target)) continue;
    SCOPED_TRACE(target.name);
    EXPECT_EQ(chosen(target, {64, 896, 512, 3}), kernels::cpu::name_of(Algorithm::winograd_4x4));
    EXPECT_EQ(chosen(target, {140, 768, 512, 3}), kernels::cpu::name_of(Algorithm::winograd_6x6));
  }
}

// A file in float16 gives the bytes of a file in float32 with the same numbers, so it takes the same algorithms.
TEST(Choice, IsTheSameForFloat16) {
  for (const kernels::cpu::Target& target : kernels::cpu::targets()) {
    if (!kernels::cpu::usable(target)) continue;
    SCOPED_TRACE(target.name);
    for (const Layer& layer : {Layer{16, 1536, 6144, 1},
                               {16, 6144, 1536, 1},
                               {32, 768, 3072, 1},
                               {32, 1280, 512, 3},
                               {64, 896, 512, 3},
                               {128, 448, 256, 3},
                               {18, 2048, 4096, 3},
                               {11, 512, 1024, 3},
                               {140, 256, 3, 1}}) {
      EXPECT_EQ(chosen(target, layer), chosen(target, layer, true))
          << layer.side << ", " << layer.in_channels << " to " << layer.out_channels;
    }
  }
}

}  // namespace
}  // namespace colourize::tests
