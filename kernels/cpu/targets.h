// The instruction sets: which are here, and the table of operations of each.
#pragma once

#include "kernels/cpu/operations.h"

namespace colourize::kernels::cpu {

// The operations of a usable target.
Operations operations_of(const Target& target);

}  // namespace colourize::kernels::cpu
