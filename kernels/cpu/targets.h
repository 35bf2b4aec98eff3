// The instruction sets: which of them this build has, and each one's table of operations.
#pragma once

#include "kernels/cpu/operations.h"

namespace colourize::kernels::cpu {

// The operations of a usable target.
Operations operations_of(const Target& target);

}  // namespace colourize::kernels::cpu
