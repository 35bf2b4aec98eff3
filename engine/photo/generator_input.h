// Between a photo and a generator: the square grey picture that goes in, the colours that come out.
#pragma once

#include <cstdint>
#include <span>

#include "engine/generators/generator.h"
#include "engine/photo/luma_chroma.h"
#include "engine/photo/photo.h"
#include "engine/photo/tone.h"
#include "engine/tensor.h"
#include "kernels/pictures.h"

namespace colourize::photo {

// The photo squeezed to side x side, grey, stretched in tone and blurred where the generator asks for it, and scaled as it
// wants: 1 x side x side x its channels. In floating point from the photo's own depth.
Tensor generator_input(const Photo& photo, const Generator& generator, int side);
// Squares of a film's luma, 0 to 255, at least one and all of one size, as one batch; blurred, but as dark or bright as they are: a film
// that fades to black is not to be stretched more and more.
Tensor generator_input(std::span<const Plane* const> squares, const Generator& generator);
// The same of a photo, with the original's 8-bit steps: resize, then grey for `rgb`; grey, then resize for `chroma`.
Tensor exact_generator_input(const Photo& photo, const Generator& generator, int side);

// Scale and shift from luma (0 to 255), the tone's included, to each of the generator's channels; and from an `rgb` generator's channels to
// colours (0 to 1).
kernels::ChannelScaling input_scaling(const Generator& generator, const Tone& tone);
kernels::ChannelScaling output_scaling();

// Throws Error where a generator has given NaN or infinity. `half`: its activations are float16, whose range some weights may leave.
[[noreturn]] void fail_for_colours_that_are_not_finite(const Generator& generator, bool half);
void expect_finite(const Tensor& output, const Generator& generator, bool half);

// The colours in a generator's output, of picture n of a batch.
Chroma generator_chroma(const Tensor& output, const Generator& generator, std::int64_t n = 0);
// The output of an `rgb` generator as the original makes a picture of it: denormalised, clamped, truncated to 8 bits.
Raster8 exact_generator_picture(const Tensor& output);

}  // namespace colourize::photo
