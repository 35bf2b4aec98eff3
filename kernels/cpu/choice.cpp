#include "kernels/cpu/choice.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <optional>

#include "kernels/cpu/winograd_tiles.h"

namespace colourize::kernels::cpu {
namespace {

// A core in the model: two multiply-adds of a vector in a clock, of which kernels reach four fifths; bytes in a clock
// from memory and from the caches beyond the second level. Only the ratios matter.
constexpr double efficiency = 0.8;
constexpr double bytes_from_memory = 4;
constexpr double bytes_from_cache = 16;
// The cost of transforming one of nine weights for Winograd during a run, in multiplications. As measured by time it is
// 17 on AVX2, and 30 on AVX-512, where multiplications are cheaper.
constexpr double transforming_a_weight = 20;

double rounded_up(std::int64_t count, std::int64_t to) {
  const std::int64_t multiples = (count + to - 1) / to;
  return static_cast<double>(multiples * to);
}

// The rows of a product, including the part of tiles beyond the last row. Long products are cut into blocks of whole
// tiles and a rest.
double with_overhang(std::int64_t rows, int tile_rows) {
  const std::int64_t rest = rows % (std::int64_t{8} * tile_rows);
  if (rest == 0) return static_cast<double>(rows);
  const Tiles tiles(rest, tile_rows);
  return static_cast<double>(rows - rest + tiles.count * tiles.height);
}

bool streams(Algorithm algorithm) {
  return algorithm == Algorithm::streamed_weights || algorithm == Algorithm::streamed_winograd;
}

// The number of places in a transformed tile.
double planes_of(int output_tile) {
  return (output_tile + 2) * (output_tile + 2);
}

// The memory that the weights take while the algorithm uses them, repacked or mapped. The model counts float32 for
// float16 weights too, so that a network gives the same bytes from a file of either type.
double kept_bytes(Algorithm algorithm, const ConvolutionWeights& weights) {
  const double bytes = static_cast<double>(weights.elements()) * sizeof(float);
  const int tile = streams(algorithm) ? 0 : winograd_output_tile(algorithm);
  return tile == 0 ? bytes : bytes * planes_of(tile) / 9.0;
}

// Weights whose repacked form would be larger than this are used as they are mapped. A photo would wait for the
// repacking longer than it gains, and the weights would be in memory twice.
constexpr double most_repacked_bytes = 160e6;

bool too_large(Algorithm algorithm, const ConvolutionWeights& weights) {
  return !streams(algorithm) && kept_bytes(algorithm, weights) > most_repacked_bytes;
}

// One layer's weights may take the first number of bytes. Each byte beyond must save multiplications in every run: with
// AVX-512, 50 MB must save 33 million clocks. Repacking them takes twice as long, so that a photo gains by it too.
constexpr double free_bytes = 40e6;
constexpr double multiplications_a_byte = 17;

// In multiplications.
double cost_of_keeping(Algorithm algorithm, const ConvolutionWeights& weights) {
  return multiplications_a_byte * std::max(0.0, kept_bytes(algorithm, weights) - free_bytes);
}

struct Cost {
  double arithmetic = 0;  // clocks
  double memory = 0;      // clocks
  double keeping = 0;     // clocks that no run takes: the price of memory
  double all() const { return arithmetic + memory + keeping; }
};

Cost cost_of(Algorithm algorithm, const ConvolutionWeights& weights, const Shape& output, const Context& context) {
  const double a_clock = 2 * static_cast<double>(context.lanes) * efficiency;
  const auto weight_bytes = static_cast<double>(weights.elements()) * sizeof(float);
  const auto in = static_cast<double>(weights.in_channels);
  const auto out = static_cast<double>(weights.out_channels);
  Cost cost{.arithmetic = multiplications(algorithm, weights, output, context) / a_clock,
            .memory = weight_bytes / bytes_from_memory,
            .keeping = cost_of_keeping(algorithm, weights) / a_clock};
  if (algorithm == Algorithm::dot_products) {
    // The sum over the lanes of each output.
    cost.arithmetic += 4 * static_cast<double>(output.elements() * context.lanes) / a_clock;
  } else if (algorithm == Algorithm::streamed_winograd) {
    cost.arithmetic += transforming_a_weight * static_cast<double>(weights.elements()) / a_clock;
  } else if (const int output_tile = winograd_output_tile(algorithm); output_tile != 0) {
    const double planes = planes_of(output_tile);
    const auto tiles = static_cast<double>(WinogradTiles(output, output_tile).count);
    // V and M are written and read. The transforms take about two operations for each value and dimension.
    cost.memory = weight_bytes * planes / 9 / bytes_from_memory +
                  2 * planes * tiles * (in + out) * sizeof(float) / bytes_from_cache;
    cost.arithmetic += 2 * 2 * planes * tiles * (in + out) / a_clock;
  }
  return cost;
}

constexpr std::int64_t most_streamed_pixels = 2048;
// The caches keep less than this, so reading it only once gains nothing.
constexpr std::int64_t fewest_streamed_floats = 8 << 20;
// More than this comes from memory. Dot products, with a few pixels at a time, wait for it longer than tiles of many
// pixels.
constexpr std::int64_t most_dot_product_floats = 2 << 20;

}  // namespace

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::implicit_gemm:
      return "implicit GEMM";
    case Algorithm::streamed_weights:
      return "streamed weights";
    case Algorithm::streamed_winograd:
      return "streamed F(3x3,3x3)";
    case Algorithm::winograd_2x2:
      return "Winograd F(2x2,3x3)";
    case Algorithm::winograd_4x4:
      return "Winograd F(4x4,3x3)";
    case Algorithm::winograd_6x6:
      return "Winograd F(6x6,3x3)";
    case Algorithm::depthwise:
      return "depthwise";
    case Algorithm::dot_products:
      return "dot products";
  }
  return "unknown";
}

double multiplications(Algorithm algorithm, const ConvolutionWeights& weights, const Shape& output,
                       const Context& context) {
  const auto in = static_cast<double>(weights.in_channels);
  const std::int64_t group_out = weights.out_channels / weights.groups;
  const auto products = static_cast<double>(weights.window());
  switch (algorithm) {
    case Algorithm::depthwise:
      return static_cast<double>(output.elements()) * products;
    case Algorithm::dot_products:
      return static_cast<double>(output.elements()) * rounded_up(weights.in_channels, context.lanes);
    case Algorithm::streamed_weights:
      return rounded_up(output.pixels(), context.lanes) * with_overhang(weights.out_channels, context.tile_rows) *
             products;
    case Algorithm::streamed_winograd:
    case Algorithm::winograd_2x2:
    case Algorithm::winograd_4x4:
    case Algorithm::winograd_6x6: {
      const int output_tile = winograd_output_tile(algorithm);
      const std::int64_t tiles = WinogradTiles(output, output_tile).count;
      // Streamed weights are the rows of the product; repacked weights are its columns.
      const double places =
          streams(algorithm)
              ? rounded_up(tiles, context.lanes) * with_overhang(weights.out_channels, context.tile_rows)
              : with_overhang(tiles, context.tile_rows) * rounded_up(weights.out_channels, context.lanes);
      return places * planes_of(output_tile) * in;
    }
    case Algorithm::implicit_gemm:
      break;
  }
  return with_overhang(output.pixels(), context.tile_rows) * rounded_up(group_out, context.lanes) * weights.groups *
         products;
}

bool applies(Algorithm algorithm, const ConvolutionWeights& weights, const ConvolutionArgs& args) {
  switch (algorithm) {
    case Algorithm::implicit_gemm:
      return true;
    case Algorithm::streamed_weights:
      return weights.groups == 1 && args.output.shape.pixels() <= most_streamed_pixels;
    case Algorithm::streamed_winograd:
      return applies(Algorithm::streamed_weights, weights, args) && applies(Algorithm::winograd_2x2, weights, args);
    case Algorithm::winograd_2x2:
    case Algorithm::winograd_4x4:
    case Algorithm::winograd_6x6:
      return weights.kernel_h == 3 && weights.kernel_w == 3 && args.stride == 1 && weights.groups == 1;
    case Algorithm::dot_products:
      return is_pixel_by_pixel(weights, args) && weights.groups == 1 && weights.out_channels <= most_dot_products;
    case Algorithm::depthwise:
      return weights.groups == weights.in_channels && weights.groups == weights.out_channels;
  }
  return false;
}

Choice choose(const ConvolutionWeights& weights, const ConvolutionArgs& args, const Context& context) {
  if (applies(Algorithm::depthwise, weights, args)) return {Algorithm::depthwise, "one channel each"};
  constexpr std::array candidates = {
      Algorithm::implicit_gemm,    Algorithm::winograd_2x2,      Algorithm::winograd_4x4, Algorithm::winograd_6x6,
      Algorithm::streamed_weights, Algorithm::streamed_winograd, Algorithm::dot_products};
  std::optional<Algorithm> best;
  Cost lowest;
  for (const Algorithm algorithm : candidates) {
    if (!applies(algorithm, weights, args) || too_large(algorithm, weights)) continue;
    const bool small = weights.elements() < fewest_streamed_floats;
    if (streams(algorithm) && small) continue;
    if (algorithm == Algorithm::dot_products && args.input.shape.elements() > most_dot_product_floats) continue;
    const Cost cost = cost_of(algorithm, weights, args.output.shape, context);
    if (best && cost.all() >= lowest.all()) continue;
    best = algorithm;
    lowest = cost;
  }
  // A picture that is too large to stream takes repacked weights, however large they are.
  if (!best) return {Algorithm::implicit_gemm, "too many pixels to stream the weights"};
  if (streams(*best)) return {*best, "weights too large to repack, or read only once"};
  const Cost direct = cost_of(Algorithm::implicit_gemm, weights, args.output.shape, context);
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "model: %.2f Mclocks arithmetic + %.2f memory; direct %.2f + %.2f",
                lowest.arithmetic * 1e-6, lowest.memory * 1e-6, direct.arithmetic * 1e-6, direct.memory * 1e-6);
  return {*best, text.data()};
}

}  // namespace colourize::kernels::cpu
