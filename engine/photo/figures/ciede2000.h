// Measures how different two colours look.
#pragma once

#include "engine/photo/figures/cielab.h"

namespace colourize::photo {

// CIEDE2000 (CIE 142-2001), as Sharma, Wu and Dalal 2005 define it, "The CIEDE2000 Color-Difference Formula:
// Implementation Notes, Supplementary Test Data, and Mathematical Observations", with all three parametric factors 1.
// 0: equal; 1: about what an eye can just see; 100: black and white. Symmetric.
double ciede2000(const Lab& first, const Lab& second);

}  // namespace colourize::photo
