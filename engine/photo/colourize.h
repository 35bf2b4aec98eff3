// A photo in, the photo in colour out.
#pragma once

#include "engine/photo/photo.h"
#include "engine/session/session.h"

namespace colourize::photo {

// The photo with its own luma, alpha and metadata and the generator's colours, at its own size and depth. Throws Error
// as the session's futures do; never returns a grey photo for a failed one. Several threads may call it with one
// session.
Photo colourize(Photo photo, session::Session& session, const session::Session::Progress& progress = {});

// The same with the original's 8-bit steps in place of floating point and the photo's own depth, for comparison with
// it.
Photo colourize_exactly(const Photo& photo, session::Session& session, const session::Session::Progress& progress = {});

}  // namespace colourize::photo
