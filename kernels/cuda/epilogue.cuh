// The epilogue on a chunk of channels, in float32.
#pragma once

#include "kernels/cuda/element.cuh"
#include "kernels/epilogue.h"

namespace colourize::kernels::cuda {

// Only the activations that fuses() names: a switch over all of them here costs a register that one kernel does not
// have.
__device__ inline float activated(float value, Activation activation) {
  if (activation == Activation::none) return value;
  // Not fmaxf and fminf, which would turn NaN into a number.
  value = value < 0.0F ? 0.0F : value;
  return activation == Activation::relu6 && value > 6.0F ? 6.0F : value;
}

template <int size>
__device__ inline void activate(Activation activation, float (&values)[size]) {
#pragma unroll
  for (int i = 0; i < size; ++i) values[i] = activated(values[i], activation);
}

// Adds one number for each channel. `constants` null: adds none.
template <int size>
__device__ inline void add(const float* constants, const Place& at, float (&values)[size]) {
  if (constants == nullptr) return;
  const auto added = load_chunk<float, size>(constants + at.channel, at.valid);
#pragma unroll
  for (int i = 0; i < size; ++i) values[i] += added[i];
}

template <int size>
__device__ inline void transform(const Affine& affine, const Place& at, float (&values)[size]) {
  if (affine.scale == nullptr) return;
  const auto scale = load_chunk<float, size>(affine.scale + at.channel, at.valid);
  const auto shift = load_chunk<float, size>(affine.shift + at.channel, at.valid);
#pragma unroll
  for (int i = 0; i < size; ++i) values[i] = values[i] * scale[i] + shift[i];
}

// Element: the residual's.
template <class Element, int size>
__device__ inline void add_residual(const Epilogue& epilogue, const Place& at, float (&values)[size]) {
  if (epilogue.residual.data != nullptr) {
    const auto residual = load_chunk<Element, size>(element_at<Element>(epilogue.residual, at), at.valid);
#pragma unroll
    for (int i = 0; i < size; ++i) values[i] += residual[i];
  }
}

// The whole epilogue, at a place of the output.
template <class Element, int size>
__device__ inline void finish(const Epilogue& epilogue, const Place& at, float (&values)[size]) {
  activate(epilogue.before, values);
  transform(epilogue.affine, at, values);
  add_residual<Element>(epilogue, at, values);
  activate(epilogue.after, values);
}

}  // namespace colourize::kernels::cuda
