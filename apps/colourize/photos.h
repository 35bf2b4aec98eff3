// `colourize INPUT...`: pictures and folders of pictures.
#pragma once

#include "apps/colourize/arguments.h"

namespace colourize::apps {

// Returns the program's exit code: 0 when all were done or had been before, 1 when some failed. Throws Error when
// nothing could be begun.
int colourize_photos(const PhotoArguments& arguments);

}  // namespace colourize::apps
