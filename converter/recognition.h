// Which generator a checkpoint holds.
#pragma once

#include <string>

#include "converter/folding.h"

namespace colourize::converter {

// "wide" or "deep". The encoder, the widths and every other shape are followed from the tensors that are there; what
// does not belong together is an Error with the first names that are missing, unexpected or misshapen.
std::string recognise_generator(const Checkpoint& checkpoint);

}  // namespace colourize::converter
