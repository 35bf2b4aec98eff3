// DeOldify's upsampling, a pixel shuffle by 2 and a 2x2 mean, for a thread that owns a chunk of output channels in one
// column of input pixels and walks down some rows.
//
// An input pixel is the four corners of a 2 x 2 square of shuffled pixels. The output's square at the same place needs
// four of its own corners, two of its left neighbour's, two of the pixel above, and one of the pixel diagonally above:
//
//          (q - 1)      (q)              output pixel    mean of
//         +---+---+---+---+              row 0, col 0    d  a  b  0
//         |   |   |   |   |              row 0, col 1    a  A  0  1
//  p - 1  +---+---+---+---+              row 1, col 0    b  0  B  2
//         |   | d | a | A |              row 1, col 1    0  1  2  3
//         +---+---+---+---+
//         |   | b | 0 | 1 |              An edge is replicated: above the first row a, A and d are 0, 1 and b,
//   p     +---+---+---+---+              left of the first column b, B and d are 0, 2 and a.
//         |   | B | 2 | 3 |
//         +---+---+---+---+
//
// Going down, the row above (a, A, d) is already in registers, and a neighbouring thread has just read the left
// neighbour's corners. So memory delivers each input once. Only the row above each strip is read again, and only half
// of it.
#pragma once

#include "kernels/cuda/element.cuh"
#include "kernels/operands.h"

namespace colourize::kernels::cuda {

constexpr int strip_rows = 4;  // rows of the input that a thread walks down

// Strips instead of rows, and output channels instead of input channels: the shape for own_place().
__host__ __device__ inline Shape strips_of(const Shape& input) {
  return {input.n, (input.h + strip_rows - 1) / strip_rows, input.w, input.c / 4};
}

// The output pixel that is this corner of an input pixel's square, at 2a + b.
__device__ inline Place corner_of(Place at, int corner) {
  at.y = 2 * at.y + corner / 2;
  at.x = 2 * at.x + corner % 2;
  return at;
}

// Calls run<order>().
template <class Run>
void for_order(ChannelOrder order, const Run& run) {
  if (order == ChannelOrder::planar) {
    run.template operator()<ChannelOrder::planar>();
  } else {
    run.template operator()<ChannelOrder::interleaved>();
  }
}

template <class Element, int size, ChannelOrder order>
class BlurredColumn {
 public:
  // `first`: the first input pixel, and the output channels.
  __device__ BlurredColumn(const ConstView& input, const Place& first) : input_(input), at_(first) {
    if (at_.y == 0) return;
    const Square above = load(at_.y - 1, at_.x);
    above_[0] = above.corners[2];
    above_[1] = above.corners[3];
    above_left_ = at_.x == 0 ? above_[0] : load(at_.y - 1, at_.x - 1).corners[3];
  }

  // The output's pixels (row a, column b) at 2a + b, in the square of the next input pixel.
  __device__ void next(float (&pixels)[4][size]) {
    const Square own = load(at_.y, at_.x);
    Chunk<Element, size> left[2] = {own.corners[0], own.corners[2]};
    if (at_.x > 0) {
      const Square before = load(at_.y, at_.x - 1);
      left[0] = before.corners[1];
      left[1] = before.corners[3];
    }
    if (at_.y == 0) {
      above_[0] = own.corners[0];
      above_[1] = own.corners[1];
      above_left_ = left[0];
    }
#pragma unroll
    for (int i = 0; i < size; ++i) {
      const float corners[4] = {own.corners[0][i], own.corners[1][i], own.corners[2][i], own.corners[3][i]};
      pixels[0][i] = (above_left_[i] + above_[0][i] + left[0][i] + corners[0]) * 0.25F;
      pixels[1][i] = (above_[0][i] + above_[1][i] + corners[0] + corners[1]) * 0.25F;
      pixels[2][i] = (left[0][i] + corners[0] + left[1][i] + corners[2]) * 0.25F;
      pixels[3][i] = (corners[0] + corners[1] + corners[2] + corners[3]) * 0.25F;
    }
    above_[0] = own.corners[2];
    above_[1] = own.corners[3];
    above_left_ = left[1];
    ++at_.y;
  }

 private:
  struct Square {
    Chunk<Element, size> corners[4];
  };

  // The compiler drops the corners that are not used, so they are not loaded.
  __device__ Square load(int y, int x) const {
    Square square;
    Place pixel = at_;
    pixel.y = y;
    pixel.x = x;
    pixel.channel = 0;
    const Element* from = element_at<Element>(input_, pixel);
    if constexpr (order == ChannelOrder::planar) {
      const int plane = static_cast<int>(input_.shape.c) / 4;
#pragma unroll
      for (int corner = 0; corner < 4; ++corner) {
        square.corners[corner] = load_chunk<Element, size>(from + corner * plane + at_.channel, at_.valid);
      }
    } else {
      const auto all = load_chunk<Element, 4 * size>(from + 4 * at_.channel, 4 * at_.valid);
#pragma unroll
      for (int corner = 0; corner < 4; ++corner) {
#pragma unroll
        for (int i = 0; i < size; ++i) square.corners[corner].elements[i] = all.elements[4 * i + corner];
      }
    }
    return square;
  }

  const ConstView& input_;
  Place at_;
  Chunk<Element, size> above_[2] = {};
  Chunk<Element, size> above_left_ = {};
};

}  // namespace colourize::kernels::cuda
