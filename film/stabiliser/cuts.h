// Where one scene ends and another begins.
#pragma once

#include "film/stabiliser/motion.h"

namespace colourize::film {

// Whether a hard cut lies between two frames, by the motion from one to the other: most of what the later one shows is
// nowhere in the earlier one. Motion follows pans and leaves exposure out, so that neither these nor flicker and
// flashes are cuts; nor are fades and dissolves, whose neighbouring frames are alike.
bool is_cut(const Motion& motion);

// The share of the content that is new, about 0 (the same picture) to 1: what is_cut judges.
double new_content(const Motion& motion);

}  // namespace colourize::film
