// Every distinct convolution of the generators that runs on tensor cores, with every tile and split-K: what
// kernels/cuda/choice.cpp chooses is held against the best of them.
#include <algorithm>
#include <cmath>
#include <optional>

#include "bench/environment.h"
#include "bench/gpu/report/report.h"
#include "bench/gpu/report/timing.h"
#include "bench/layer.h"
#include "kernels/cuda/choice.h"
#include "kernels/cuda/convolution.h"
#include "system/error.h"

namespace colourize::bench {
namespace {

namespace cuda = kernels::cuda;
using kernels::Shape;
using kernels::Type;

constexpr std::int64_t alignment = 8;  // of a pixel, in elements

std::size_t bytes_of(const Shape& shape) {
  return static_cast<std::size_t>(shape.n * kernels::aligned_strides(shape, alignment).n * 2);
}

// Memory that all layers share; it only grows.
struct Memory {
  // Of weights there is more than any L2 cache holds, and each launch reads another part: in a network they come from
  // memory.
  static constexpr std::size_t weight_bytes = std::size_t{256} << 20U;

  explicit Memory(cuda::Stream& stream)
      : weights(random_halves(stream, weight_bytes, 0.02F)), bias(random_halves(stream, std::size_t{1} << 20U, 0)) {}
  void prepare(cuda::Stream& stream, const Shape& in, const Shape& out) {
    if (input.bytes() < bytes_of(in)) input = random_halves(stream, bytes_of(in), 1);
    output.grow(bytes_of(out));
  }

  cuda::DeviceMemory weights;
  cuda::DeviceMemory bias;
  cuda::DeviceMemory input;
  cuda::DeviceMemory output;
  cuda::DeviceMemory partial;
};

class LayerTimer {
 public:
  LayerTimer(cuda::Stream& stream, Memory& memory, const Layer& layer, std::int64_t pictures)
      : stream_(stream),
        memory_(memory),
        weights_{.out_channels = layer.out_channels,
                 .in_channels = layer.input.c,
                 .kernel_h = layer.kernel,
                 .kernel_w = layer.kernel} {
    Shape in = layer.input;
    in.n = pictures;
    const int before = layer.padding_before();
    const int after = layer.padding_after();
    const Shape out{pictures, (in.h + before + after - layer.kernel) / layer.stride + 1,
                    (in.w + before + after - layer.kernel) / layer.stride + 1, layer.out_channels};
    memory.prepare(stream, in, out);
    task_ = {.input = {memory.input.as<void>(), in, kernels::aligned_strides(in, alignment), Type::float16},
             .output = {memory.output.as<void>(), out, kernels::aligned_strides(out, alignment), Type::float16},
             .bias = memory.bias.as<float>(),
             .kernel_h = layer.kernel,
             .kernel_w = layer.kernel,
             .stride = layer.stride,
             .padding = {before, after, before, after},
             .epilogue = {.before = kernels::Activation::relu}};
  }

  cuda::Choice chosen(const cuda::Gpu& gpu) const {
    return cuda::choose(weights_, {.input = task_.input, .output = task_.output, .stride = task_.stride}, gpu);
  }
  double flops() const {
    return 2.0 * static_cast<double>(task_.output.shape.elements()) * static_cast<double>(weights_.window());
  }
  std::int64_t tiles(int tile) const {
    const cuda::TileShape& shape = cuda::half_tiles.at(static_cast<std::size_t>(tile));
    return rounded_up(task_.output.shape.pixels(), shape.pixels) / shape.pixels *
           (rounded_up(task_.output.shape.c, shape.channels) / shape.channels);
  }
  std::int64_t stages(int tile) const {
    const int depth = cuda::half_tiles.at(static_cast<std::size_t>(tile)).stage_channels;
    return rounded_up(weights_.in_channels, depth) / depth * weights_.kernel_h * weights_.kernel_w;
  }

  Timing time(int tile, int splits, double budget) {
    const std::int64_t rows =
        rounded_up(weights_.out_channels, cuda::half_tiles.at(static_cast<std::size_t>(tile)).channels);
    const auto bytes = static_cast<std::size_t>(rows * stages(tile) *
                                                cuda::half_tiles.at(static_cast<std::size_t>(tile)).stage_channels * 2);
    const std::size_t places = std::max<std::size_t>(1, Memory::weight_bytes / bytes);
    task_.tile = tile;
    task_.splits = splits;
    if (splits > 1) {
      memory_.partial.grow(static_cast<std::size_t>(splits * task_.output.shape.pixels() * rows) * sizeof(float));
      task_.partial = memory_.partial.as<float>();
    }
    return time_launches(stream_, budget, [&, this](int i, cudaStream_t on) {
      task_.weights = memory_.weights.as<std::byte>() + static_cast<std::size_t>(i) % places * bytes;
      cuda::convolution_float16(task_, on);
    });
  }

 private:
  static std::int64_t rounded_up(std::int64_t count, std::int64_t to) { return (count + to - 1) / to * to; }

  cuda::Stream& stream_;
  Memory& memory_;
  kernels::ConvolutionWeights weights_;
  cuda::ConvolutionTask task_;
};

void measure_layer(const Report& report, LayerTimer& timer, const std::string& name, const cuda::Gpu& gpu) {
  const cuda::Choice chosen = timer.chosen(gpu);
  if (chosen.algorithm != cuda::Algorithm::tensor_cores) return;
  nlohmann::json all = nlohmann::json::object();
  double best = 0;
  double ours = 0;
  std::string best_name;
  double spread = 0;
  for (int tile = 0; tile < static_cast<int>(cuda::half_tiles.size()); ++tile) {
    if (cuda::half_tiles.at(static_cast<std::size_t>(tile)).wgmma && !gpu.has_wgmma()) continue;
    for (int splits = 1; splits <= 32 && splits <= timer.stages(tile); splits *= 2) {
      // Many blocks for each multiprocessor need no more of them.
      if (splits > 1 && timer.tiles(tile) * splits > 16L * gpu.multiprocessors) break;
      const Timing timing = timer.time(tile, splits, 0.004);
      const std::string how = cuda::Choice{.algorithm = chosen.algorithm, .tile = tile, .splits = splits}.name();
      all[std::to_string(tile) + "/" + std::to_string(splits)] = std::round(timing.seconds * 1e8) / 1e2;
      if (tile == chosen.tile && splits == chosen.splits) ours = timing.seconds;
      if (best != 0 && timing.seconds >= best) continue;
      best = timing.seconds;
      best_name = how;
      spread = timing.spread;
    }
  }
  report.add({name,
              1e3 * best,
              "ms",
              {{"best", best_name},
               {"chosen", chosen.name()},
               {"chosen_ms", 1e3 * ours},
               {"tflops", 1e-12 * timer.flops() / best},
               {"spread", spread},
               {"microseconds", all}}});
}

}  // namespace

void measure_tiles(const Report& report, const std::string& networks) {
  cuda::Stream stream(0);
  Memory memory(stream);
  const cuda::Gpu gpu = cuda::gpu_of(0);
  for (const Layer& layer : read_layers(environment("COLOURIZE_LAYERS", COLOURIZE_LAYERS))) {
    if (layer.depthwise || networks.find(layer.network) == std::string::npos) continue;
    const std::string name = layer.network + "/" + layer.name;
    if (report.done()) return report.fail(name, "the time is over");
    try {
      LayerTimer timer(stream, memory, layer, 1);
      measure_layer(report, timer, name + " x " + std::to_string(layer.count), gpu);
    } catch (const Error& problem) {
      report.fail(name, problem.what());
    }
  }
}

}  // namespace colourize::bench
