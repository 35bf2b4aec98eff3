// Finds where one scene ends and another begins.
#pragma once

#include "film/stabiliser/motion.h"

namespace colourize::film {

// True where a hard cut lies between two frames, judged by the motion from one to the other: most of what the later one
// shows is nowhere in the earlier one. Motion follows pans and ignores exposure, so pans, flicker and flashes are not
// cuts. Fades and dissolves are not cuts either, because their neighbouring frames are alike.
bool is_cut(const Motion& motion);

// The share of the content that is new, from about 0 (the same picture) to 1. is_cut() judges by it.
double new_content(const Motion& motion);

}  // namespace colourize::film
