// Rows of im2col (Chellapilla et al. 2006), made only when and where a product needs them: implicit im2col. No row
// needs a division, because with few channels that would take longer than the row's products.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/operations.h"

namespace colourize::kernels::cpu {

// An output pixel.
struct Pixel {
  std::int64_t n;
  std::int64_t y;
  std::int64_t x;
};
inline Pixel pixel_at(const Shape& shape, std::int64_t index) {
  return {index / (shape.h * shape.w), index / shape.w % shape.h, index % shape.w};
}
// The next pixel in memory order.
inline void advance(Pixel& pixel, const Shape& shape) {
  if (++pixel.x < shape.w) return;
  pixel.x = 0;
  if (++pixel.y < shape.h) return;
  pixel.y = 0;
  ++pixel.n;
}

// Of `size` places side by side from `start` on, those inside [0, extent): [first, last).
struct Inside {
  Inside(std::int64_t start, std::int64_t size, std::int64_t extent)
      : first(std::max<std::int64_t>(0, -start)), last(std::min(size, extent - start)) {}
  bool has(std::int64_t place) const { return place >= first && place < last; }
  std::int64_t count() const { return last - first; }

  std::int64_t first;
  std::int64_t last;
};

// The windows of a convolution over `channels` of its input from `channel` on. Each output pixel has a row, in the
// order kernel row, kernel column, channel, with zeros where the window leaves the input.
class Windows {
 public:
  Windows(const ConvolutionArgs& args, const ConvolutionWeights& weights, std::int64_t channel, std::int64_t channels)
      : args_(args),
        kernel_h_(weights.kernel_h),
        kernel_w_(weights.kernel_w),
        channel_(channel),
        channels_(channels),
        // Neighbouring pixels' channels are side by side, so a run may cross from one pixel to the next.
        dense_(args.input.strides.w == channels),
        plain_(weights.kernel_h == 1 && weights.kernel_w == 1 && args.padding.top == 0 && args.padding.bottom == 0 &&
               args.padding.left == 0 && args.padding.right == 0) {}

  // A place in a window.
  struct Place {
    std::int64_t ky;
    std::int64_t kx;
    std::int64_t c;
  };
  Place place(std::int64_t element) const {
    const std::int64_t tap = element / channels_;
    return {tap / kernel_w_, tap % kernel_w_, element % channels_};
  }

  // Copies `count` elements of the pixel's window from `first` on.
  void copy(const Pixel& pixel, const Place& first, std::int64_t count, float* to) const {
    if (plain_) {
      copy_floats(args_.input.at(pixel.n, pixel.y * args_.stride, pixel.x * args_.stride) + channel_ + first.c, count,
                  to);
    } else {
      copy_taps(pixel, first, count, to);
    }
  }

 private:
  // std::copy_n calls a function, which is slow for a few elements.
  static void copy_floats(const float* from, std::int64_t count, float* to) {
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
  }

  void copy_taps(const Pixel& pixel, Place at, std::int64_t count, float* to) const {
    const Shape& in = args_.input.shape;
    const std::int64_t top = pixel.y * args_.stride - args_.padding.top;
    const std::int64_t left = pixel.x * args_.stride - args_.padding.left;
    const bool all_inside = top >= 0 && top + kernel_h_ <= in.h && left >= 0 && left + kernel_w_ <= in.w;
    if (all_inside && dense_ && count == kernel_h_ * kernel_w_ * channels_) {
      const float* from = args_.input.at(pixel.n, top, left) + channel_;
      const std::int64_t run = kernel_w_ * channels_;
      for (std::int64_t ky = 0; ky < kernel_h_; ++ky, from += args_.input.strides.h, to += run) {
        copy_floats(from, run, to);
      }
      return;
    }
    while (count > 0) {
      const std::int64_t y = top + at.ky;
      const std::int64_t x = left + at.kx;
      const std::int64_t yet = kernel_w_ - at.kx;  // taps of this row
      const bool inside = y >= 0 && y < in.h && x >= 0 && x < in.w;
      std::int64_t taps = 1;
      if (inside && dense_) {
        taps = std::min(yet, in.w - x);
      } else if (!inside) {
        taps = y >= 0 && y < in.h && x < 0 ? std::min(yet, -x) : yet;
      }
      const std::int64_t run = std::min(taps * channels_ - at.c, count);
      if (inside) {
        copy_floats(args_.input.at(pixel.n, y, x) + channel_ + at.c, run, to);
      } else {
        std::fill_n(to, run, 0.0F);
      }
      to += run;
      count -= run;
      at.c = 0;  // a run ends with its last tap, or everything is done
      at.kx += taps;
      if (at.kx == kernel_w_) {
        at.kx = 0;
        ++at.ky;
      }
    }
  }

  const ConvolutionArgs& args_;
  std::int64_t kernel_h_;
  std::int64_t kernel_w_;
  std::int64_t channel_;
  std::int64_t channels_;
  bool dense_;
  bool plain_;
};

}  // namespace colourize::kernels::cpu
