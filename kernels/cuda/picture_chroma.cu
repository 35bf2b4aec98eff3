// The chroma of a generator's output, and the mean of several generators' chroma, with a thread for each pixel. Pairs
// are side by side, so that a resize reads both at once.
//
// Clamping would turn a NaN into a colour, and a damaged network into a grey picture. No number of the output reaches
// the host, which could check it. So each warp reports whether its pixels were finite, in a byte that goes to the host
// with the picture.
#include "kernels/cielab.h"
#include "kernels/cuda/pictures.cuh"
#include "kernels/cuda/warp.cuh"

namespace colourize::kernels::cuda {
namespace {

static_assert(flaw_pixels == warp_lanes);

__device__ inline bool is_finite(float value) {
  return fabsf(value) <= std::numeric_limits<float>::max();
}

// Writes the pair of this thread's pixel, and what its warp found. All lanes of the warp must call it.
__device__ inline void store_chroma(unsigned pixel, unsigned pixels, float2 pair, bool finite, float2* chroma,
                                    std::uint8_t* flaws) {
  const float flaw = largest_of<warp_lanes>(finite ? 0.0F : 1.0F);
  if (thread_number() >= pixels) return;
  store_vector(chroma + pixel, pair);
  if (pixel % flaw_pixels == 0) flaws[pixel / flaw_pixels] = flaw > 0.0F ? 1 : 0;
}

template <class Element, Colours colours>
__global__ void __launch_bounds__(block_threads) generator_chroma_kernel(const __grid_constant__ ChromaTask task) {
  constexpr int channels = channels_of(colours);
  const Shape& shape = task.args.output.shape;
  const auto pixels = static_cast<unsigned>(shape.h * shape.w);
  // Lanes beyond the last pixel look at the last one again, because all lanes take part in what the warp does together.
  const unsigned pixel = thread_number() < pixels ? thread_number() : pixels - 1;
  const PixelPlace at = pixel_place(pixel, static_cast<int>(shape.w));
  const auto* from = element_at<Element>(task.args.output, Place{static_cast<int>(task.args.n), static_cast<int>(at.y),
                                                                 static_cast<int>(at.x), 0, channels});
  float values[channels];
  bool finite = true;
#pragma unroll
  for (int c = 0; c < channels; ++c) {
    values[c] = as_float(from[c]);
    finite = finite && is_finite(values[c]);
  }
  float2 pair = {values[0], values[1]};
  if constexpr (colours == Colours::rgb) {
#pragma unroll
    for (int c = 0; c < channels; ++c) {
      values[c] =
          fminf(fmaxf(values[c] * task.args.normalisation.deviation[c] + task.args.normalisation.mean[c], 0.0F), 1.0F);
    }
    const float luma = luma_of(values[0], values[1], values[2]);
    pair = {(values[2] - luma) * per_blue_range, (values[0] - luma) * per_red_range};
  }
  if constexpr (colours == Colours::lab) {
    const auto* seen = element_at<Element>(task.args.input, Place{static_cast<int>(task.args.n), static_cast<int>(at.y),
                                                                  static_cast<int>(at.x), 0, 1});
    const float grey = as_float(*seen) * task.args.grey.deviation[0] + task.args.grey.mean[0];
    const auto [blue, red] = cielab::chroma(grey, values[0], values[1]);
    pair = {blue, red};
  }
  // A mean must not lose it, and another pixel of the mean reads it.
  if (!finite) pair = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::quiet_NaN()};
  store_chroma(pixel, pixels, pair, finite, task.chroma, task.flaws);
}

__global__ void __launch_bounds__(block_threads) mean_chroma_kernel(const __grid_constant__ MeanTask task) {
  const auto pixels = static_cast<unsigned>(task.resize.horizontal.to) * static_cast<unsigned>(task.resize.vertical.to);
  const unsigned pixel = thread_number() < pixels ? thread_number() : pixels - 1;
  const float2 chroma = resized(task.resize, task.chroma, pixel_place(pixel, task.resize.horizontal.to));
  float2 sum = {0, 0};
  // Not beyond the last pixel, which another thread is writing.
  if (!task.first && thread_number() < pixels) sum = load_vector<float2>(task.mean + pixel);
  sum.x += task.share * chroma.x;
  sum.y += task.share * chroma.y;
  store_chroma(pixel, pixels, sum, is_finite(sum.x) && is_finite(sum.y), task.mean, task.flaws);
}

}  // namespace

void generator_chroma(const ChromaTask& task, cudaStream_t stream) {
  const Shape& shape = task.args.output.shape;
  for_element(task.args.output.type, [&]<class Element>() {
    const auto start = [&](auto kernel) {
      launch(kernel, grid_of(shape.h * shape.w), dim3(block_threads), 0, stream, task);
    };
    switch (task.args.colours) {
      case Colours::rgb:
        return start(generator_chroma_kernel<Element, Colours::rgb>);
      case Colours::chroma:
        return start(generator_chroma_kernel<Element, Colours::chroma>);
      case Colours::lab:
        return start(generator_chroma_kernel<Element, Colours::lab>);
    }
  });
}

void mean_chroma(const MeanTask& task, cudaStream_t stream) {
  launch(mean_chroma_kernel, grid_of(std::int64_t{task.resize.vertical.to} * task.resize.horizontal.to),
         dim3(block_threads), 0, stream, task);
}

}  // namespace colourize::kernels::cuda
