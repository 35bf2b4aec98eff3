// The steps before and after a generator, one by one on the reference backend, for code that runs the generator itself:
// comparisons and DeOldify's own way. Colouring uses engine/session/ instead.
#pragma once

#include "engine/generators/generator.h"
#include "engine/photo/photo.h"
#include "engine/tensor.h"

namespace colourize::photo {

// Returns what the generator sees of the photo: 1 x side x side x its channels.
Tensor generator_input(const Photo& photo, const Generator& generator, int side);

// Gives the photo the colours of a generator's output for one picture. `input`: what the generator saw; only generators
// with `lab` colours need it. Throws Error where the colours are not finite.
void merge(Photo& photo, const Tensor& output, const Encoding& encoding, const Tensor& input = {});

}  // namespace colourize::photo
