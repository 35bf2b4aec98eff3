// The steps of kernels/pictures.h in the host's memory: their order, and what is shared out among threads. What happens
// to a row is each backend's own.
#pragma once

#include <cstdint>
#include <memory>

#include "kernels/pictures.h"
#include "kernels/thread_pool.h"

namespace colourize::kernels {

// A row at a time; each backend gives the same bits, whoever's sums and products these are: none is fused, and each is
// rounded as written in kernels/reference/pictures.cpp.
struct PictureRows {
  // Luma of `count` pixels: (Y - black) * scale.
  void (*luma)(const void* row, const SamplesShape& shape, float black, float scale, float* to) = nullptr;
  // A row, resized along itself; of axis.from and axis.to() values.
  void (*resize_row)(const float* from, const ResizeAxis& axis, float* to) = nullptr;
  // Row y of the plane, resized along the columns.
  void (*blend_rows)(const Plane& from, const ResizeAxis& axis, int y, float* to) = nullptr;
  // A row of samples with this chroma in place of its own; 3 or 4 channels. `row` is read, `to` written; perhaps the
  // same.
  void (*merge)(const void* row, const SamplesShape& shape, const float* blue, const float* red, void* to) = nullptr;
  // Chroma as samples of 1 or 2 bytes.
  void (*quantise)(const float* from, std::int64_t count, const ChromaLevels& levels, int bytes, void* to) = nullptr;
};

// `pool` is the backend's, and outlives the result. Waits in each call; samples are read where they lie.
std::unique_ptr<PictureOperations> host_pictures(const PictureRows& rows, ThreadPool& pool);

}  // namespace colourize::kernels
