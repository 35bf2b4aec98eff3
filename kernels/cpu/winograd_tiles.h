// The tiles into which a Winograd convolution cuts its output. At the right and lower edge they may extend beyond it.
#pragma once

#include "kernels/cpu/gather.h"

namespace colourize::kernels::cpu {

struct WinogradTiles {
  // output_tile: the side of a tile, in pixels.
  WinogradTiles(const Shape& output, int output_tile)
      : output_tile(output_tile),
        down((output.h + output_tile - 1) / output_tile),
        across((output.w + output_tile - 1) / output_tile),
        count(output.n * down * across) {}

  // The tile with this index among all: its picture and its first output pixel.
  Pixel at(std::int64_t index) const {
    return {index / (down * across), index / across % down * output_tile, index % across * output_tile};
  }

  std::int64_t output_tile;
  std::int64_t down;
  std::int64_t across;
  std::int64_t count;  // in all pictures
};

}  // namespace colourize::kernels::cpu
