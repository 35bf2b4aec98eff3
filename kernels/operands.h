// What the arguments of several operations have, besides views and epilogues.
#pragma once

#include <cstddef>
#include <cstdint>

namespace colourize::kernels {

// Zeros around the input, in pixels, each side on its own (TensorFlow's "same" padding is uneven).
struct Padding {
  int top = 0;
  int bottom = 0;
  int left = 0;
  int right = 0;
};

// Scratch memory for one call, 64-byte aligned; its size is what the backend's workspace_bytes() said for these shapes.
struct Workspace {
  void* data = nullptr;
  std::size_t bytes = 0;
};

// In which order the 4C channels lie of a value that only an upsampling reads: what becomes channel c of the pixel in
// row a and column b of a square of 2 x 2.
enum class ChannelOrder : std::uint8_t {
  interleaved,  // at 4c + 2a + b: PyTorch's, and that of every other value
  planar,  // at (2a + b) C + c: the shuffle is done in the epilogue, neighbours in the picture are neighbours in memory
};

}  // namespace colourize::kernels
