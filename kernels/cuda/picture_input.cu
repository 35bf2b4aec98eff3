// From a picture's samples to the grey square that a generator takes: a triangle filter in two passes, along the rows
// first, as in engine/photo/resample.h. Both have a thread for each target pixel.
//
// The first pass leaves a plane of float32, narrow and as high as the picture. Neighbouring threads write neighbours,
// in whole sectors, and the second pass reads the plane the same way as it goes down the columns.
#include "kernels/cuda/pictures.cuh"

namespace colourize::kernels::cuda {
namespace {

template <class Sample, int channels>
__global__ void __launch_bounds__(block_threads) narrow_luma_kernel(const __grid_constant__ NarrowTask task) {
  const PixelPlace at = pixel_place(thread_number(), task.axis.to);
  if (at.y >= static_cast<unsigned>(task.shape.height)) return;
  const Sample* row =
      static_cast<const Sample*>(task.samples) + std::int64_t{channels} * task.shape.width * static_cast<int>(at.y);
  float sum = 0;
  for_window(task.axis, at.x, [&](int x, float weight) {
    sum += weight * (task.per_level * (luma_at<channels>(row + std::int64_t{channels} * x) - task.black));
  });
  task.narrow[thread_number()] = sum;
}

template <class Element>
__global__ void __launch_bounds__(block_threads) generator_input_kernel(const __grid_constant__ InputTask task) {
  constexpr int most_channels = 4;
  const auto width = static_cast<int>(task.input.shape.w);
  const PixelPlace at = pixel_place(thread_number(), width);
  if (at.y >= static_cast<unsigned>(task.axis.to)) return;
  float luma = 0;
  for_window(task.axis, at.y, [&](int y, float weight) {
    luma += weight * task.narrow[std::int64_t{width} * y + static_cast<int>(at.x)];
  });
  float values[most_channels];
#pragma unroll
  for (int c = 0; c < most_channels; ++c) values[c] = luma * task.scaling.scale[c] + task.scaling.shift[c];
  const Place to = {static_cast<int>(task.n), static_cast<int>(at.y), static_cast<int>(at.x), 0,
                    static_cast<int>(task.input.shape.c)};
  store_values(element_at<Element>(task.input, to), to.valid, values);
}

}  // namespace

void narrow_luma(const NarrowTask& task, cudaStream_t stream) {
  const dim3 grid = grid_of(std::int64_t{task.shape.height} * task.axis.to);
  for_sample(task.shape.bytes, [&]<class Sample>() {
    const auto run = [&]<int channels>() {
      launch(narrow_luma_kernel<Sample, channels>, grid, dim3(block_threads), 0, stream, task);
    };
    switch (task.shape.channels) {
      case 1:
        return run.template operator()<1>();
      case 3:
        return run.template operator()<3>();
      default:
        return run.template operator()<4>();
    }
  });
}

void generator_input(const InputTask& task, cudaStream_t stream) {
  for_element(task.input.type, [&]<class Element>() {
    launch(generator_input_kernel<Element>, grid_of(task.input.shape.h * task.input.shape.w), dim3(block_threads), 0,
           stream, task);
  });
}

}  // namespace colourize::kernels::cuda
