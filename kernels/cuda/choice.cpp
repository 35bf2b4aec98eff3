#include "kernels/cuda/choice.h"

#include <algorithm>
#include <array>

#include "kernels/cuda/convolution.h"

namespace colourize::kernels::cuda {
namespace {

// In cycles of a multiprocessor; guesses of the right order.
constexpr double memory_latency = 600;  // of which two stages in flight hide all but a half
constexpr double step_latency = memory_latency / 2;
constexpr double block_cycles = 1500;           // to begin a block and to fill its pipeline
constexpr double launch_cycles = 2000;          // of one more kernel, in a graph of launches
constexpr double bytes_per_cycle = 16;          // a multiprocessor's share of what memory and the L2 cache move
constexpr double shared_bytes_per_cycle = 128;  // to and from shared memory: all banks
constexpr int registers = 65536;                // of a multiprocessor
// A thread's, at most, by tests/budgets/budgets.csv.
constexpr std::array<int, half_tiles.size()> registers_per_thread{128, 128, 80, 80};
// A direct convolution reads each weight again for every few pixels; a matrix product pads channels to stage_channels.
constexpr std::int64_t most_direct_channels = 4;
constexpr int most_splits = 32;

constexpr std::int64_t ceiling(std::int64_t count, std::int64_t by) {
  return (count + by - 1) / by;
}

// Multiplications of the whole convolution, over all parts of a split-K.
std::int64_t stages_of(const ConvolutionWeights& weights) {
  return std::int64_t{weights.kernel_h} * weights.kernel_w * ceiling(weights.in_channels, stage_channels);
}

Choice choose_tile(const ConvolutionWeights& weights, const Shape& out, const Gpu& gpu) {
  const std::int64_t stages = stages_of(weights);
  Choice best{.algorithm = Algorithm::tensor_cores};
  Estimate least;
  for (int tile = 0; tile < static_cast<int>(half_tiles.size()); ++tile) {
    for (int splits = 1; splits <= most_splits && splits <= stages; splits *= 2) {
      const Estimate time = estimate(weights, out, tile, splits, gpu);
      if (least.tiles != 0 && time.cycles >= least.cycles) continue;
      least = time;
      best.tile = tile;
      best.splits = splits;
    }
  }
  const TileShape& shape = half_tiles.at(static_cast<std::size_t>(best.tile));
  best.multiplications = static_cast<double>(least.tiles * shape.pixels * shape.channels * stages * stage_channels);
  best.reason = std::to_string(least.tiles) + " tiles for " + std::to_string(gpu.multiprocessors) + " multiprocessors";
  return best;
}

}  // namespace

Estimate estimate(const ConvolutionWeights& weights, const Shape& output, int tile, int splits, const Gpu& gpu) {
  const TileShape& shape = half_tiles.at(static_cast<std::size_t>(tile));
  Estimate result;
  result.tiles = ceiling(output.pixels(), shape.pixels) * ceiling(output.c, shape.channels);
  result.resident_blocks =
      std::min(gpu.shared_bytes / shape.shared_bytes(),
               registers / (registers_per_thread.at(static_cast<std::size_t>(tile)) * shape.threads()));
  const std::int64_t here = ceiling(result.tiles * splits, gpu.multiprocessors);
  const std::int64_t at_once = std::min<std::int64_t>(here, result.resident_blocks);
  result.waves = static_cast<double>(result.tiles * splits) /
                 (static_cast<double>(gpu.multiprocessors) * static_cast<double>(result.resident_blocks));
  // A stage is written to shared memory once, and each warp reads its rows and columns of it.
  const double shared =
      shape.stage_bytes() + shape.warps() * (shape.warp_pixels + shape.warp_channels) * stage_channels * 2;
  const double multiplications = static_cast<double>(shape.pixels) * shape.channels * stage_channels;
  const double busy = std::max(multiplications / gpu.multiplications_per_cycle, shared / shared_bytes_per_cycle);
  const double step = std::max(static_cast<double>(at_once) * busy, step_latency);
  const auto steps = static_cast<double>(ceiling(stages_of(weights), splits));
  // A tile is written in float16 or, where it is a part, in float32.
  const double tile_bytes = (splits > 1 ? 4.0 : 2.0) * shape.pixels * shape.channels;
  result.cycles = static_cast<double>(ceiling(here, at_once)) *
                  (steps * step + block_cycles + static_cast<double>(at_once) * tile_bytes / bytes_per_cycle);
  if (splits > 1) {
    const double bytes = (4.0 * splits + 2.0) * static_cast<double>(output.elements());
    result.cycles += launch_cycles + bytes / (bytes_per_cycle * gpu.multiprocessors);
  }
  // Weights come from memory once, whatever the tiles.
  const double weight_bytes = 2.0 * static_cast<double>(weights.elements());
  result.cycles = std::max(result.cycles, weight_bytes / (bytes_per_cycle * gpu.multiprocessors));
  const double useful = static_cast<double>(output.elements()) * static_cast<double>(weights.window());
  result.tensor_share = useful / (result.cycles * gpu.multiprocessors * gpu.multiplications_per_cycle);
  return result;
}

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
  if (args.input.type == Type::float16) return choose_tile(weights, out, {.multiprocessors = multiprocessors});
  return {.algorithm = Algorithm::multiply_adds, .reason = "float32, for comparison", .multiplications = direct};
}

}  // namespace colourize::kernels::cuda
