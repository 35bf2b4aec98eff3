// The steps around a generator, one by one on the reference backend, for whoever runs the generator by itself:
// comparisons, and the original's way. Colouring takes engine/session/.
#pragma once

#include "engine/generators/generator.h"
#include "engine/photo/photo.h"
#include "engine/tensor.h"

namespace colourize::photo {

// What the generator sees of the photo: 1 x side x side x its channels.
Tensor generator_input(const Photo& photo, const Generator& generator, int side);

// Gives the photo the colours of a generator's output, of one picture. Throws Error where they are not finite.
void merge(Photo& photo, const Tensor& output, const Encoding& encoding);

}  // namespace colourize::photo
