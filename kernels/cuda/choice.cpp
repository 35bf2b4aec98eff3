#include "kernels/cuda/choice.h"

#include <algorithm>

#include "kernels/cuda/convolution.h"

namespace colourize::kernels::cuda {
namespace {

// Of one multiprocessor, in cycles: the same order on every architecture from sm_80 on.
constexpr double multiplications_per_cycle = 1024;  // float16, dense, of mma.sync on sm_80
constexpr double step_latency = 600;    // at least, from one stage to the next, of blocks that run side by side
constexpr double block_cycles = 4000;   // to fill the pipeline and to write the tile
constexpr double launch_cycles = 4000;  // of one more kernel
constexpr double bytes_per_cycle = 12;  // to and from memory, a multiprocessor's share
// What every architecture grants: sm_86, 89 and 120 have 100 KB of shared memory and 1536 threads.
constexpr int shared_bytes = 100 << 10;
constexpr int registers = 65536;
constexpr int registers_per_thread[half_tiles.size()] = {128, 160, 96, 96};  // NOLINT(modernize-avoid-c-arrays)
// A direct convolution reads each weight anew for a few pixels, a matrix product pads channels to stage_channels.
constexpr std::int64_t most_direct_channels = 4;
constexpr int most_splits = 32;

constexpr std::int64_t ceiling(std::int64_t count, std::int64_t by) {
  return (count + by - 1) / by;
}

int resident_blocks(std::size_t tile) {
  const TileShape& shape = half_tiles.at(tile);
  return std::min(shared_bytes / shape.shared_bytes, registers / (registers_per_thread[tile] * shape.threads));
}

struct Layer {
  std::int64_t pixels;
  std::int64_t channels;
  std::int64_t stages;  // of the whole sum
};

double cycles(const Layer& layer, std::size_t tile, int splits, int multiprocessors) {
  const TileShape& shape = half_tiles.at(tile);
  const std::int64_t blocks = ceiling(layer.pixels, shape.pixels) * ceiling(layer.channels, shape.channels) * splits;
  const std::int64_t here = ceiling(blocks, multiprocessors);
  const std::int64_t at_once = std::min<std::int64_t>(here, resident_blocks(tile));
  const double step = std::max(
      static_cast<double>(at_once) * shape.pixels * shape.channels * stage_channels / multiplications_per_cycle,
      step_latency);
  const auto steps = static_cast<double>(ceiling(layer.stages, splits));
  double sum = static_cast<double>(ceiling(here, at_once)) * (steps * step + block_cycles);
  if (splits > 1) {
    // Each part is written and read once.
    const double bytes = 2.0 * sizeof(float) * splits * static_cast<double>(layer.pixels * layer.channels);
    sum += launch_cycles + bytes / (bytes_per_cycle * multiprocessors);
  }
  return sum;
}

Choice choose_tile(const ConvolutionWeights& weights, const Shape& out, int multiprocessors) {
  const Layer layer{out.pixels(), out.c,
                    std::int64_t{weights.kernel_h} * weights.kernel_w * ceiling(weights.in_channels, stage_channels)};
  Choice best{.algorithm = Algorithm::tensor_cores};
  double least = 0;
  for (std::size_t tile = 0; tile < half_tiles.size(); ++tile) {
    for (int splits = 1; splits <= most_splits && splits <= layer.stages; splits *= 2) {
      const double time = cycles(layer, tile, splits, multiprocessors);
      if (least != 0 && time >= least) continue;
      least = time;
      best.tile = static_cast<int>(tile);
      best.splits = splits;
    }
  }
  const TileShape& shape = half_tiles.at(static_cast<std::size_t>(best.tile));
  const std::int64_t tiles = ceiling(layer.pixels, shape.pixels) * ceiling(layer.channels, shape.channels);
  best.multiplications = static_cast<double>(tiles * shape.pixels * shape.channels * layer.stages * stage_channels);
  best.reason = std::to_string(tiles) + " tiles for " + std::to_string(multiprocessors) + " multiprocessors";
  return best;
}

}  // namespace

std::string Choice::name() const {
  switch (algorithm) {
    case Algorithm::multiply_adds:
      return "implicit GEMM in float32";
    case Algorithm::depthwise:
      return "depthwise";
    case Algorithm::direct:
      return "direct";
    case Algorithm::tensor_cores:
      break;
  }
  const TileShape& shape = half_tiles.at(static_cast<std::size_t>(tile));
  const std::string parts = splits > 1 ? ", sum in " + std::to_string(splits) + " parts" : "";
  return "implicit GEMM " + std::to_string(shape.pixels) + " x " + std::to_string(shape.channels) + parts;
}

Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, int multiprocessors) {
  const Shape& out = args.output.shape;
  const double direct = static_cast<double>(out.elements()) * static_cast<double>(weights.window());
  if (weights.groups > 1) {
    const bool depthwise = weights.groups == weights.in_channels && weights.groups == weights.out_channels;
    return {.algorithm = depthwise ? Algorithm::depthwise : Algorithm::direct,
            .reason = "no tensor core works on single channels",
            .multiplications = direct};
  }
  if (weights.in_channels <= most_direct_channels && args.order == ChannelOrder::interleaved) {
    return {.algorithm = Algorithm::direct,
            .reason = "so few channels would be padded to " + std::to_string(stage_channels),
            .multiplications = direct};
  }
  if (args.input.type == Type::float16) return choose_tile(weights, out, multiprocessors);
  return {.algorithm = Algorithm::multiply_adds, .reason = "float32, for comparison", .multiplications = direct};
}

}  // namespace colourize::kernels::cuda
