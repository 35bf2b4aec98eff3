// Colours one film, and reports it while it runs and afterwards.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "apps/colourize/arguments.h"
#include "apps/colourize/console.h"
#include "apps/colourize/jobs.h"
#include "apps/colourize/warnings.h"
#include "engine/generators/ensemble.h"
#include "film/options.h"

namespace colourize::apps {

struct FilmOutcome {
  bool whole = false;        // false: ^C stopped it, and the journal holds what is done
  bool unverified = false;   // ^C stopped the verification that the person asked for
  bool interrupted = false;  // ^C came, even if only at the film's end; the program must begin nothing more
};

// The options that the command line asks of films.
film::FilmOptions film_options(const ColourArguments& arguments);

// Colours the film, reports it and, where ^C stopped it, says how to resume. `target` "-" is standard output. The
// film's warnings go to `warnings` and also into its record. Throws Error.
FilmOutcome colour_film(const Job& job, const ColourArguments& arguments, const Ensemble& ensemble, Console& console,
                        const JobWarnings& warnings);

}  // namespace colourize::apps
