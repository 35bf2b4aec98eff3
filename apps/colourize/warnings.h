// The program's sink for warnings.
#pragma once

#include "system/warnings.h"

namespace colourize::apps {

// Prints each as a line on the standard error stream, "colourize: warning: " before it; none with --quiet.
Warn terminal_warnings();

}  // namespace colourize::apps
