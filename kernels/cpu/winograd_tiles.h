// The tiles that a Winograd convolution cuts its output into; those at the right and lower edge may hang over it.
#pragma once

#include "kernels/cpu/gather.h"

namespace colourize::kernels::cpu {

struct WinogradTiles {
  // output_tile: pixels of a tile's side.
  WinogradTiles(const Shape& output, int output_tile)
      : output_tile(output_tile),
        down((output.h + output_tile - 1) / output_tile),
        across((output.w + output_tile - 1) / output_tile),
        count(output.n * down * across) {}

  // Tile `index` of all: its picture and its first output pixel.
  Pixel at(std::int64_t index) const {
    return {index / (down * across), index / across % down * output_tile, index % across * output_tile};
  }

  std::int64_t output_tile;
  std::int64_t down;
  std::int64_t across;
  std::int64_t count;  // of all pictures
};

}  // namespace colourize::kernels::cpu
