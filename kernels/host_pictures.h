// The steps of kernels/pictures.h in the host's memory: their order, and how threads share them. Each backend computes
// the rows in its own way.
#pragma once

#include <cstdint>
#include <memory>

#include "kernels/pictures.h"
#include "kernels/thread_pool.h"

namespace colourize::kernels {

// Functions that compute one row at a time. All backends give the same bytes: no operation is fused with another, and
// each one is rounded as in kernels/reference/pictures.cpp.
struct PictureRows {
  // Computes the luma of `count` pixels: (Y - black) * scale.
  void (*luma)(const void* row, const SamplesShape& shape, float black, float scale, float* to) = nullptr;
  // Resizes a row along itself, from axis.from to axis.to() values.
  void (*resize_row)(const float* from, const ResizeAxis& axis, float* to) = nullptr;
  // Computes row y of the plane after it is resized along the columns.
  void (*blend_rows)(const Plane& from, const ResizeAxis& axis, int y, float* to) = nullptr;
  // Writes a row of samples, of 3 or 4 channels, with this chroma in place of its own. `to` may be `row`.
  void (*merge)(const void* row, const SamplesShape& shape, const float* blue, const float* red, void* to) = nullptr;
  // Converts chroma to samples of 1 or 2 bytes.
  void (*quantise)(const float* from, std::int64_t count, const ChromaLevels& levels, int bytes, void* to) = nullptr;
};

// `pool` is the backend's and outlives the result. Each call waits until its work is done, and reads samples where they
// are.
std::unique_ptr<PictureOperations> host_pictures(const PictureRows& rows, ThreadPool& pool);

}  // namespace colourize::kernels
