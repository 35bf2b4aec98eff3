// A photo's provenance in XMP that Exiv2 has parsed.
#pragma once

#include <optional>

#include <exiv2/exiv2.hpp>

#include "engine/provenance.h"

namespace colourize::photo {

// Makes our namespace known to Exiv2. The caller holds the lock on its table of namespaces.
void register_provenance_namespace();

// Replaces what an earlier result states by this; none: only removes it, and gives the properties of IPTC back the
// values that the first source had. The caller holds the lock on Exiv2's table of namespaces.
void state(Exiv2::XmpData& xmp, const std::optional<Provenance>& provenance);

// What these properties state; none where they name no program of ours.
std::optional<Provenance> stated(const Exiv2::XmpData& xmp);

}  // namespace colourize::photo
