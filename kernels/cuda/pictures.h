// The steps of kernels/pictures.h as launches of CUDA kernels on a stream. All pointers are the device's. Pictures have
// no gaps between rows there.
#pragma once

#include <driver_types.h>
#include <vector_types.h>

#include <array>
#include <cstdint>

#include "kernels/pictures.h"

namespace colourize::kernels::cuda {

// v * scale[c] + shift[c] for channel c.
struct ChannelScaling {
  std::array<float, 4> scale{1, 1, 1, 1};
  std::array<float, 4> shift{};
};

// A ResizeAxis on the device, with its weights in float32.
struct DeviceAxis {
  int from = 0;
  int to = 0;
  const int* first = nullptr;
  const int* begin = nullptr;
  const float* weights = nullptr;
};
struct DeviceResize {
  DeviceAxis horizontal;
  DeviceAxis vertical;
};

// The first of two passes: narrow[y][t] = (luma of row y, resized to target t - black) * per_level.
struct NarrowTask {
  const void* samples = nullptr;
  SamplesShape shape;
  DeviceAxis axis;
  float black = 0;
  float per_level = 1;
  float* narrow = nullptr;  // height x axis.to
};
void narrow_luma(const NarrowTask& task, cudaStream_t stream);

// The second pass, with the scaling, into picture n of the view.
struct InputTask {
  const float* narrow = nullptr;  // axis.from x the view's width
  DeviceAxis axis;
  ChannelScaling scaling;
  View input;
  std::int64_t n = 0;
};
void generator_input(const InputTask& task, cudaStream_t stream);

// The number of pixels that one thread checks for NaN and infinity.
constexpr int flaw_pixels = 32;

// Writes pairs of Cb and Cr of picture n; where the output is not finite, both are NaN. flaws[i] is 1 where one of 32
// pixels from 32 i on held NaN or infinity, otherwise 0.
struct ChromaTask {
  PictureChromaArgs args;
  float2* chroma = nullptr;  // one for each pixel
  std::uint8_t* flaws = nullptr;
};
void generator_chroma(const ChromaTask& task, cudaStream_t stream);

// Adds share * chroma, resized, to the mean; the first member begins it. `flaws` are as above, for the mean's pixels:
// where this chroma or an earlier one held NaN or infinity.
struct MeanTask {
  const float2* chroma = nullptr;
  DeviceResize resize;
  float share = 1;
  bool first = false;
  float2* mean = nullptr;
  std::uint8_t* flaws = nullptr;
};
void mean_chroma(const MeanTask& task, cudaStream_t stream);

// Joins the picture's own luma with that chroma, in place.
struct MergeTask {
  const float2* chroma = nullptr;
  DeviceResize resize;
  void* samples = nullptr;
  SamplesShape shape;
};
void merge_chroma(const MergeTask& task, cudaStream_t stream);

// Writes two planes without gaps, in samples of 1 or 2 bytes.
struct PlanesTask {
  const float2* chroma = nullptr;
  DeviceResize resize;
  ChromaLevels levels;
  int sample_bytes = 1;
  void* blue = nullptr;
  void* red = nullptr;
};
void chroma_planes(const PlanesTask& task, cudaStream_t stream);

}  // namespace colourize::kernels::cuda
