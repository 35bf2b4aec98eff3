// `colourize models fetch`: downloads, verifies, converts and installs a published generator.
#pragma once

#include "apps/colourize/arguments.h"
#include "download/fetch.h"

namespace colourize::apps {

// Returns the program's exit code. Throws Error that says what each address gave instead of the file, or what prevents
// its installation. It keeps a partial download for the next call.
int fetch_model(const FetchArguments& arguments);

// The same for a file that the caller describes. It installs the model under arguments.name.
int fetch_model(const FetchArguments& arguments, const download::Description& description);

}  // namespace colourize::apps
