// What kernels of attention share: a picture as a list of positions, and its tiles in shared memory.
#pragma once

#include "kernels/cuda/element.cuh"
#include "kernels/cuda/ptx.cuh"
#include "kernels/view.h"

namespace colourize::kernels::cuda {

// The pixels of one picture, row after row.
template <class Element>
class Positions {
 public:
  template <class AnyView>
  __device__ Positions(const AnyView& view, int picture)
      : data_(static_cast<Element*>(view.data) + picture * view.strides.n),
        pixel_(static_cast<int>(view.strides.w)),
        width_(static_cast<unsigned>(view.shape.w)),
        gap_(static_cast<int>(view.strides.h - view.shape.w * view.strides.w)),
        count_(static_cast<int>(view.shape.h * view.shape.w)),
        channels_(static_cast<int>(view.shape.c)) {}

  __device__ int count() const { return count_; }
  __device__ int channels() const { return channels_; }
  __device__ Element* at(int position) const {
    Element* pixel = data_ + std::int64_t{position} * pixel_;
    // Rows nearly always follow each other like pixels, and then this needs no division.
    return gap_ == 0 ? pixel : pixel + std::int64_t{static_cast<int>(static_cast<unsigned>(position) / width_)} * gap_;
  }

 private:
  Element* data_;
  int pixel_;  // in elements, from one pixel to the next
  unsigned width_;
  int gap_;  // in elements, between rows
  int count_;
  int channels_;
};

// Begins to copy positions [first, first + rows) and channels [channel, channel + chunks * whole_chunk) to shared
// memory, row by row, `stride` elements apart, with zeros where there are none.
//
// Neighbouring lanes copy one chunk of eight rows. With strides of an odd number of chunks these are in different
// banks, as they are when ldmatrix reads them. A warp takes 64 bytes of each row, which are whole sectors.
template <int rows, class Element>
__device__ inline void copy_tile(Element* to, int stride, const Positions<const Element>& from, int first, int channel,
                                 int chunks) {
  constexpr int group = 8;
  constexpr int size = whole_chunk<Element>;
  static_assert(rows % group == 0);
  for (int i = static_cast<int>(threadIdx.x); i < rows * chunks; i += block_threads) {
    const int chunk = i / group % chunks;
    const int row = i / group / chunks * group + i % group;
    const int position = first + row;
    const int begin = channel + chunk * size;
    const int left = position < from.count() ? from.channels() - begin : 0;
    const int valid = left < 0 ? 0 : left < size ? left : size;
    cp_async(to + row * stride + chunk * size, valid > 0 ? from.at(position) + begin : from.at(0),
             valid * static_cast<int>(sizeof(Element)));
  }
}

// The distance between rows with this many channels at which copy_tile() and ldmatrix meet no bank conflict: an odd
// number of chunks, after rounding the channels up to `multiple`.
template <class Element>
__host__ __device__ constexpr int tile_stride(int channels, int multiple) {
  return (channels + multiple - 1) / multiple * multiple + whole_chunk<Element>;
}

// The number of tiles for the picture's positions.
template <int rows>
__host__ __device__ constexpr unsigned tiles_of(const Shape& shape) {
  return (static_cast<unsigned>(shape.h * shape.w) + rows - 1) / rows;
}

}  // namespace colourize::kernels::cuda
