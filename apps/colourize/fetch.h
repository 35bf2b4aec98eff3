// `colourize models fetch`: a published generator is downloaded, verified, converted and installed.
#pragma once

#include "apps/colourize/arguments.h"
#include "download/fetch.h"

namespace colourize::apps {

// Returns the program's exit code. Throws Error that says what each address gave in place of the file, or what keeps it
// from being installed; a download that has come in part is kept for the next call.
int fetch_model(const FetchArguments& arguments);

// The same for a file that is described by hand; it is installed under arguments.name.
int fetch_model(const FetchArguments& arguments, const download::Description& description);

}  // namespace colourize::apps
