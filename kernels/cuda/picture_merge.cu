// Brings chroma back to the picture: merged with the picture's own luma, or as the planes of a film. Each thread has a
// pixel and resizes the chroma for itself. A generator's output is mostly smaller than the picture, so this reads 2 x 2
// pairs. Where the output is larger, the windows of all pixels together have at most four times its size.
//
// Planes are written in whole sectors. A pixel of three channels begins anywhere, and a warp's pixels share sectors.
#include "kernels/cuda/pictures.cuh"

namespace colourize::kernels::cuda {
namespace {

// bt601::fitting_share(), whose division would be a call. This one is off by two units in the last place at most (CUDA
// C++ Programming Guide, "Intrinsic Functions"), and gives 0 for what is infinite or nearly.
__device__ inline float fitting_share(float luma, float channel, float white) {
  const bool above = channel > white;
  const float room = above ? white - luma : luma;
  const float way = above ? channel - luma : luma - channel;
  return above || channel < 0 ? __fdividef(room, way) : 1.0F;
}

template <class Sample>
__global__ void __launch_bounds__(block_threads) merge_chroma_kernel(const __grid_constant__ MergeTask task) {
  constexpr float full_range = std::numeric_limits<Sample>::max();
  const PixelPlace at = pixel_place(thread_number(), task.shape.width);
  if (at.y >= static_cast<unsigned>(task.shape.height)) return;
  const float2 chroma = resized(task.resize, task.chroma, at);
  Sample* pixel = static_cast<Sample*>(task.samples) + std::int64_t{thread_number()} * task.shape.channels;
  const float y = luma_at<3>(pixel);
  const float red = y + red_range * chroma.y * full_range;
  const float blue = y + blue_range * chroma.x * full_range;
  const float green = (y - luma_red * red - luma_blue * blue) * per_luma_green;
  const float share = fminf(fitting_share(y, red, full_range),
                            fminf(fitting_share(y, green, full_range), fitting_share(y, blue, full_range)));
  pixel[0] = to_sample<Sample>(bt601::with_share(y, red, share), full_range);
  pixel[1] = to_sample<Sample>(bt601::with_share(y, green, share), full_range);
  pixel[2] = to_sample<Sample>(bt601::with_share(y, blue, share), full_range);
}

template <class Sample>
__global__ void __launch_bounds__(block_threads) chroma_planes_kernel(const __grid_constant__ PlanesTask task) {
  const PixelPlace at = pixel_place(thread_number(), task.resize.horizontal.to);
  if (at.y >= static_cast<unsigned>(task.resize.vertical.to)) return;
  const float2 chroma = resized(task.resize, task.chroma, at);
  const auto sample = [&](float value) {
    return to_sample<Sample>(task.levels.middle + task.levels.range * value, task.levels.largest);
  };
  static_cast<Sample*>(task.blue)[thread_number()] = sample(chroma.x);
  static_cast<Sample*>(task.red)[thread_number()] = sample(chroma.y);
}

}  // namespace

void merge_chroma(const MergeTask& task, cudaStream_t stream) {
  for_sample(task.shape.bytes, [&]<class Sample>() {
    launch(merge_chroma_kernel<Sample>, grid_of(std::int64_t{task.shape.height} * task.shape.width),
           dim3(block_threads), 0, stream, task);
  });
}

void chroma_planes(const PlanesTask& task, cudaStream_t stream) {
  for_sample(task.sample_bytes, [&]<class Sample>() {
    launch(chroma_planes_kernel<Sample>, grid_of(std::int64_t{task.resize.vertical.to} * task.resize.horizontal.to),
           dim3(block_threads), 0, stream, task);
  });
}

}  // namespace colourize::kernels::cuda
