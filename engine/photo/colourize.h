// Colours a photo.
#pragma once

#include "engine/photo/photo.h"
#include "engine/session/session.h"

namespace colourize::photo {

// Returns the photo with its own luma, alpha and metadata and with the generator's colours, at its own size and depth.
// Throws Error as the session's futures do; it never returns a grey photo instead. Several threads may call it with one
// session.
Photo colourize(Photo photo, session::Session& session, const session::Session::Progress& progress = {});

// The same with the 8-bit steps of the generator's authors instead of floating point and the photo's own depth, for
// comparison with DeOldify (exact.h) and DDColor (exact_lab.h).
Photo colourize_exactly(const Photo& photo, session::Session& session, const session::Session::Progress& progress = {});

}  // namespace colourize::photo
