// One film: what is said while it is coloured, and after.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apps/colourize/arguments.h"
#include "apps/colourize/console.h"
#include "apps/colourize/jobs.h"
#include "apps/colourize/warnings.h"
#include "engine/generators/generator.h"

namespace colourize::apps {

struct FilmOutcome {
  bool whole = false;        // false: ^C; the journal has what is done
  bool unverified = false;   // ^C broke off the verification that was asked for
  bool interrupted = false;  // ^C came, if only when the film was as good as whole: nothing more is to be begun
};

// Colours the film, says so, and says how to go on where ^C came between. `target` "-" is the standard output.
// `warnings` gets the film's, which are in its record too. Throws Error.
FilmOutcome colour_film(const Job& job, const ColourArguments& arguments, const Generator& generator, Console& console,
                        const JobWarnings& warnings);

}  // namespace colourize::apps
