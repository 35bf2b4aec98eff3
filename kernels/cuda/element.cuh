// How kernels move activations: some neighbouring channels of one pixel at a time, in one access of up to 16 bytes, and
// as float32 for arithmetic.
//
// In nearly all kernels here one thread computes one chunk of an output pixel, and the chunks of a pixel are side by
// side. So a warp reads and writes 512 bytes in a row wherever the channels allow it. Indices have 32 bits; only the
// last step, from an index to an address, uses 64.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <type_traits>

#include "kernels/cuda/cuda.cuh"
#include "kernels/view.h"

namespace colourize::kernels::cuda {

constexpr int block_threads = 256;  // of the kernels with one thread for each chunk
constexpr int widest_access = 16;   // bytes

__device__ inline float as_float(float value) {
  return value;
}
__device__ inline float as_float(__half value) {
  return __half2float(value);
}

// `size` neighbouring channels, as memory holds them.
template <class ElementType, int channels>
union Chunk {
  using Element = ElementType;
  static constexpr int size = channels;
  static constexpr int bytes = size * static_cast<int>(sizeof(Element));
  static constexpr int vector_bytes = bytes < widest_access ? bytes : widest_access;
  using Vector =
      std::conditional_t<vector_bytes == 16, uint4,
                         std::conditional_t<vector_bytes == 8, uint2,
                                            std::conditional_t<vector_bytes == 4, std::uint32_t, std::uint16_t>>>;
  static_assert(sizeof(Vector) == vector_bytes && bytes % vector_bytes == 0);

  Vector vectors[bytes / vector_bytes];
  Element elements[size];

  __device__ float operator[](int i) const { return as_float(elements[i]); }
};

// The number of channels in the widest access.
template <class Element>
constexpr int whole_chunk = widest_access / static_cast<int>(sizeof(Element));

// Loads the first `valid` channels, one by one, with zeros after them.
template <class Element, int size>
__device__ inline Chunk<Element, size> load_each(const Element* from, int valid) {
  Chunk<Element, size> chunk;
#pragma unroll
  for (int i = 0; i < size; ++i) chunk.elements[i] = i < valid ? from[i] : Element(0.0F);
  return chunk;
}

// The same, with wide accesses where all channels are valid; `from` is then aligned to the chunk.
template <class Element, int size>
__device__ inline Chunk<Element, size> load_chunk(const Element* from, int valid) {
  using Result = Chunk<Element, size>;
  constexpr int each = Result::vector_bytes / static_cast<int>(sizeof(Element));
  Result chunk;
  if (valid >= size) {
#pragma unroll
    for (int i = 0; i < size / each; ++i) {
      chunk.vectors[i] = load_vector<typename Result::Vector>(from + i * each);
    }
  } else {
    chunk = load_each<Element, size>(from, valid);
  }
  return chunk;
}

template <class Element, int size>
__device__ inline void load_values(const Element* from, int valid, float (&values)[size]) {
  const auto chunk = load_chunk<Element, size>(from, valid);
#pragma unroll
  for (int i = 0; i < size; ++i) values[i] = chunk[i];
}

// Rounds once. In float16 it rounds two at a time, in one fast instruction.
template <class Element, int size>
__device__ inline Chunk<Element, size> rounded(const float (&values)[size]) {
  Chunk<Element, size> chunk;
  if constexpr (std::is_same_v<Element, __half> && size > 1) {
#pragma unroll
    for (int i = 0; i < size; i += 2) {
      const __half2 pair = __floats2half2_rn(values[i], values[i + 1]);
      chunk.elements[i] = pair.x;
      chunk.elements[i + 1] = pair.y;
    }
  } else {
#pragma unroll
    for (int i = 0; i < size; ++i) chunk.elements[i] = Element(values[i]);
  }
  return chunk;
}

template <class Element, int size>
__device__ inline void store_values(Element* to, int valid, const float (&values)[size]) {
  const auto chunk = rounded<Element, size>(values);
  using Result = Chunk<Element, size>;
  constexpr int each = Result::vector_bytes / static_cast<int>(sizeof(Element));
  if (valid >= size) {
#pragma unroll
    for (int i = 0; i < size / each; ++i) store_vector(to + i * each, chunk.vectors[i]);
  } else {
#pragma unroll
    for (int i = 0; i < size; ++i) {
      if (i < valid) to[i] = chunk.elements[i];
    }
  }
}

// Some channels of one pixel.
struct Place {
  int n;
  int y;
  int x;
  int channel;
  int valid;  // how many of the chunk's channels exist
};

template <class Element>
__device__ inline const Element* element_at(const ConstView& view, const Place& at) {
  return static_cast<const Element*>(view.data) + at.n * view.strides.n + at.y * view.strides.h +
         at.x * view.strides.w + at.channel;
}
template <class Element>
__device__ inline Element* element_at(const View& view, const Place& at) {
  return static_cast<Element*>(view.data) + at.n * view.strides.n + at.y * view.strides.h + at.x * view.strides.w +
         at.channel;
}

// The chunks of one pixel, and of all pixels of a batch.
template <int size>
__host__ __device__ inline unsigned chunks_of(std::int64_t channels) {
  return (static_cast<unsigned>(channels) + size - 1) / size;
}

// This thread's number among all blocks.
__device__ inline unsigned thread_number() {
  return blockIdx.x * block_threads + threadIdx.x;
}

// The chunk that begins at this channel of the pixel with this number, counted over the whole batch.
__device__ inline Place place_of(const Shape& shape, int index, int channel) {
  const auto pixel = static_cast<unsigned>(index);
  const unsigned row = pixel / static_cast<unsigned>(shape.w);
  const unsigned picture = row / static_cast<unsigned>(shape.h);
  return {.n = static_cast<int>(picture),
          .y = static_cast<int>(row - picture * static_cast<unsigned>(shape.h)),
          .x = static_cast<int>(pixel - row * static_cast<unsigned>(shape.w)),
          .channel = channel,
          .valid = static_cast<int>(shape.c) - channel};
}

// The chunk that this thread owns. Beyond the last chunk, `valid` is 0 or less.
template <int size>
__device__ inline Place own_place(const Shape& shape) {
  const unsigned chunks = chunks_of<size>(shape.c);
  const unsigned pixel = thread_number() / chunks;
  Place place = place_of(shape, static_cast<int>(pixel), static_cast<int>(thread_number() - pixel * chunks) * size);
  if (place.n >= shape.n) place.valid = 0;
  return place;
}

// The number of blocks for this many threads.
inline dim3 grid_of(std::int64_t threads) {
  return dim3(static_cast<unsigned>((threads + block_threads - 1) / block_threads));
}

template <int size>
dim3 grid_of_chunks(const Shape& shape) {
  return grid_of(shape.pixels() * chunks_of<size>(shape.c));
}

// Calls run<Element>() for the element of this type.
template <class Run>
void for_element(Type type, const Run& run) {
  if (type == Type::float32) {
    run.template operator()<float>();
  } else {
    run.template operator()<__half>();
  }
}

// Calls run<Element, size>() for the widest size with which every chunk is aligned, where chunks begin at sums of
// multiples of these distances.
template <class Run>
void for_chunk(Type type, std::initializer_list<std::int64_t> distances, const Run& run) {
  const auto all_are_multiples_of = [&](std::int64_t size) {
    for (const std::int64_t distance : distances) {
      if (distance % size != 0) return false;
    }
    return true;
  };
  for_element(type, [&]<class Element>() {
    constexpr int whole = whole_chunk<Element>;
    if (all_are_multiples_of(whole)) {
      run.template operator()<Element, whole>();
    } else if (whole > 4 && all_are_multiples_of(4)) {
      run.template operator()<Element, 4>();
    } else {
      run.template operator()<Element, 1>();
    }
  });
}

}  // namespace colourize::kernels::cuda
