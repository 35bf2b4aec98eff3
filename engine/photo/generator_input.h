// Between a photo and a generator: the square grey picture that goes in, the colours that come out.
#pragma once

#include <cstdint>
#include <span>

#include "engine/generators/generator.h"
#include "engine/photo/luma_chroma.h"
#include "engine/photo/photo.h"
#include "engine/tensor.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// The photo squeezed to side x side, grey, scaled as the generator wants it: 1 x side x side x its channels. In
// floating point from the photo's own depth.
Tensor generator_input(const Photo& photo, const Generator& generator, int side);
// Squares of luma, 0 to 255, at least one and all of one size, as one batch.
Tensor generator_input(std::span<const Plane* const> squares, const Generator& generator);
// Of a photo, with the original's 8-bit steps: resize, then grey for `rgb`; grey, then resize for `chroma`.
Tensor exact_generator_input(const Photo& photo, const Generator& generator, int side);

// The same as what a luma of 0 to 255 becomes in each of the generator's channels, v * scale + shift; and what an `rgb`
// generator's channels become colours of 0 to 1 by.
kernels::ChannelScaling input_scaling(const Generator& generator);
kernels::ChannelScaling output_scaling();

// Throws Error where a generator has given NaN or infinity. `half`: its activations are float16, whose range some weights may leave.
[[noreturn]] void fail_for_colours_that_are_not_finite(const Generator& generator, bool half);
void expect_finite(const Tensor& output, const Generator& generator, bool half);

// The colours in a generator's output, of picture n of a batch.
Chroma generator_chroma(const Tensor& output, const Generator& generator, std::int64_t n = 0);
// The output of an `rgb` generator as the original makes a picture of it: denormalised, clamped, truncated to 8 bits.
Raster8 exact_generator_picture(const Tensor& output);

}  // namespace colourize::photo
