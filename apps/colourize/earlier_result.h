// Whether what lies at a result's place is the result that is asked for.
//
// It counts as done only where it says itself, or its record does, that it was made alike. An archivist who compares a
// folder with what was ordered would do the same: a file that says nothing may come from any program, and to call it
// done would hide that nobody knows. So it is named, and stays as it is until somebody asks for --overwrite.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/colourize/arguments.h"
#include "apps/colourize/jobs.h"
#include "engine/provenance.h"

namespace colourize::apps {

struct EarlierResult {
  bool there = false;                // a file lies at the result's place, and is not to be overwritten
  std::vector<std::string> differs;  // what speaks against it, in words; empty: it was made alike
};

// `wanted`: what the result would state, but for the source's size and checksum. The source's size and time are looked
// at, and not its bytes, because that would read the whole archive each time. Throws Error of the kind `refused` where
// a symbolic link lies at the result's place: nothing is written through it, and nothing that it leads to counts.
EarlierResult earlier_result(const Job& job, Provenance wanted, const ColourArguments& arguments);

// The same for the link alone.
void refuse_link(const std::filesystem::path& result);

}  // namespace colourize::apps
