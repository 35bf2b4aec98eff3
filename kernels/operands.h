// What the arguments of several operations contain, besides views and epilogues.
#pragma once

#include <cstddef>
#include <cstdint>

namespace colourize::kernels {

// Zeros around the input, in pixels. Each side has its own number, because TensorFlow's "same" padding is uneven.
struct Padding {
  int top = 0;
  int bottom = 0;
  int left = 0;
  int right = 0;

  friend constexpr bool operator==(const Padding&, const Padding&) = default;
};

// Scratch memory for one call, 64-byte aligned. Its size is the result of the backend's workspace_bytes() for these
// shapes.
struct Workspace {
  void* data = nullptr;
  std::size_t bytes = 0;
};

// The order of the 4C channels of a value that only an upsampling by 2 reads. Channel c of the pixel in row a and
// column b of a 2 x 2 square is
enum class ChannelOrder : std::uint8_t {
  interleaved,  // at 4c + 2a + b: PyTorch's order, as for every other value
  planar,       // at (2a + b) C + c: the epilogue does the shuffle, and neighbouring pixels are neighbours in memory
};

}  // namespace colourize::kernels
