#include "kernels/cuda/choice.h"

#include <algorithm>
#include <array>

#include "kernels/cuda/convolution.h"

namespace colourize::kernels::cuda {
namespace {

// In cycles of a multiprocessor of an H200 at 1.98 GHz, fitted to its times for 186 layers with every tile and split-K
// (bench/gpu/report/fit_tiles.py; 6 % between the model and a time, as a root mean square).
struct TileCycles {
  int registers;         // of a thread, as the multiprocessor gives them out
  double stage;          // of the main loop, where the multiprocessor's blocks keep it busy
  double stage_latency;  // and at least, however few blocks there are
  double block;          // to begin a block, to fill its pipeline and to empty it
  double epilogue;       // of one more block at the same time
};
constexpr std::array<TileCycles, half_tiles.size()> tile_cycles{{
    {128, 932, 300, 3355, 3412},
    {128, 471, 840, 2372, 2413},
    {80, 274, 707, 2441, 1126},
    {80, 345, 731, 2523, 1212},
    {255, 1423, 300, 5603, 3520},
    {64, 219, 505, 2256, 654},
    {200, 1980, 300, 10284, 1714},
    {200, 2188, 300, 10599, 1766},
    {112, 1393, 300, 6446, 2084},
    {72, 873, 300, 4849, 1165},
}};
constexpr double launch_cycles = 4595;         // of a kernel, and of the wait for the one before
constexpr double reduce_cycles = 436;          // of the kernel that adds the parts of a split-K
constexpr double reduce_bytes_per_cycle = 27;  // and of each multiprocessor in it
constexpr double one_tap = 1.07;               // how much dearer a stage is where no other tap reads the same pixels,
constexpr double one_tap_wgmma = 1.15;         // and of a tile for wgmma
constexpr int registers = 65536;               // of a multiprocessor
constexpr int threads = 2048;
constexpr int block_shared_bytes = 1024;  // that a block takes besides its own
// A direct convolution reads each weight again for every few pixels; a matrix product pads channels to stage_channels.
constexpr std::int64_t most_direct_channels = 4;
constexpr int most_splits = 32;

constexpr std::int64_t ceiling(std::int64_t count, std::int64_t by) {
  return (count + by - 1) / by;
}

const TileShape& shape_of(int tile) {
  return half_tiles.at(static_cast<std::size_t>(tile));
}

// Stages of the whole convolution, over all parts of a split-K.
std::int64_t stages_of(const ConvolutionWeights& weights, const TileShape& shape) {
  return std::int64_t{weights.kernel_h} * weights.kernel_w * ceiling(weights.in_channels, shape.stage_channels);
}

bool computes(const TileShape& shape, const ConvolutionWeights& weights, const Gpu& gpu) {
  return !shape.wgmma || (gpu.has_wgmma() && weights.kernel_h <= most_taps && weights.kernel_w <= most_taps);
}

Choice choose_tile(const ConvolutionWeights& weights, const Shape& out, const Gpu& gpu) {
  Choice best{.algorithm = Algorithm::tensor_cores};
  Estimate least;
  for (int tile = 0; tile < static_cast<int>(half_tiles.size()); ++tile) {
    if (!computes(shape_of(tile), weights, gpu)) continue;
    const std::int64_t stages = stages_of(weights, shape_of(tile));
    for (int splits = 1; splits <= most_splits && splits <= stages; splits *= 2) {
      const Estimate time = estimate(weights, out, tile, splits, gpu);
      if (time.resident_blocks == 0 || (least.tiles != 0 && time.cycles >= least.cycles)) continue;
      least = time;
      best.tile = tile;
      best.splits = splits;
    }
  }
  const TileShape& shape = shape_of(best.tile);
  best.multiplications = static_cast<double>(least.tiles * shape.pixels * shape.channels * stages_of(weights, shape) *
                                             shape.stage_channels);
  best.reason = std::to_string(least.tiles) + " tiles for " + std::to_string(gpu.multiprocessors) + " multiprocessors";
  return best;
}

}  // namespace

// NVIDIA's white papers on Ampere, Ada, Hopper and Blackwell, dense. GeForce cards have half of their float16 rate
// where accumulators are float32. Hopper's is that of mma.sync, as measured (bench/results/).
double Gpu::tensor_rate() const {
  switch (capability) {
    case 80:
    case 100:
    case 103:
      return 1024;
    case 90:
      return 1080;
    default:
      return 256;
  }
}

Estimate estimate(const ConvolutionWeights& weights, const Shape& output, int tile, int splits, const Gpu& gpu) {
  const TileShape& shape = shape_of(tile);
  const TileCycles& cycles = tile_cycles.at(static_cast<std::size_t>(tile));
  Estimate result;
  result.tiles = ceiling(output.pixels(), shape.pixels) * ceiling(output.c, shape.channels);
  result.resident_blocks = std::min({gpu.shared_bytes / (shape.shared_bytes() + block_shared_bytes),
                                     registers / (cycles.registers * shape.threads()), threads / shape.threads()});
  if (result.resident_blocks == 0) return result;
  const std::int64_t here = ceiling(result.tiles * splits, gpu.multiprocessors);
  result.waves = static_cast<double>(result.tiles * splits) /
                 (static_cast<double>(gpu.multiprocessors) * static_cast<double>(result.resident_blocks));
  // Of the last channels only those are multiplied that exist, 16 at a time.
  const double whole = static_cast<double>(ceiling(weights.in_channels, 16) * 16) /
                       static_cast<double>(ceiling(weights.in_channels, shape.stage_channels) * shape.stage_channels);
  const double multiplications = static_cast<double>(shape.pixels) * shape.channels * shape.stage_channels;
  double stage = whole * (shape.wgmma ? cycles.stage : std::max(cycles.stage, multiplications / gpu.tensor_rate()));
  if (weights.kernel_h * weights.kernel_w == 1) stage *= shape.wgmma ? one_tap_wgmma : one_tap;
  const auto steps = static_cast<double>(ceiling(stages_of(weights, shape), splits));
  const auto wave = [&](std::int64_t blocks) {
    const auto count = static_cast<double>(blocks);
    return steps * std::max(count * stage, cycles.stage_latency) + cycles.block + count * cycles.epilogue;
  };
  const std::int64_t rest = here % result.resident_blocks;
  result.cycles = launch_cycles + static_cast<double>(here / result.resident_blocks) * wave(result.resident_blocks) +
                  (rest > 0 ? wave(rest) : 0);
  if (splits > 1) {
    // Parts are float32, of whole tiles; the output is float16.
    const double bytes = static_cast<double>(output.pixels()) *
                         (4.0 * splits * static_cast<double>(ceiling(output.c, shape.channels) * shape.channels) +
                          2.0 * static_cast<double>(output.c));
    result.cycles += reduce_cycles + bytes / (reduce_bytes_per_cycle * gpu.multiprocessors);
  }
  const double useful = static_cast<double>(output.elements()) * static_cast<double>(weights.window());
  result.tensor_share = useful / (result.cycles * gpu.multiprocessors * gpu.tensor_rate());
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
  const TileShape& shape = shape_of(tile);
  const std::string unit = shape.wgmma ? " by wgmma" : "";
  const std::string parts = splits > 1 ? ", sum in " + std::to_string(splits) + " parts" : "";
  return "implicit GEMM " + std::to_string(shape.pixels) + " x " + std::to_string(shape.channels) + unit + parts;
}

Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, const Gpu& gpu) {
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
  if (args.input.type == Type::float16) return choose_tile(weights, out, gpu);
  return {.algorithm = Algorithm::multiply_adds, .reason = "float32, for comparison", .multiplications = direct};
}

}  // namespace colourize::kernels::cuda
