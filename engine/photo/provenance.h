// A photo's provenance as XMP.
//
// IPTC's properties say what a result is, to all programs: DigitalSourceType, and AISystemUsed and AISystemVersionUsed
// (Photo Metadata Standard 2025.1). A namespace of our own has the facts by their names (engine/provenance.h). The
// history of XMP (xmpMM:History) is left as it was: its entries need a time of day.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/photo/decode.h"
#include "engine/photo/encode_options.h"
#include "engine/photo/photo.h"
#include "engine/provenance.h"
#include "system/warnings.h"

namespace colourize::photo {

constexpr auto iptc_namespace = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
// It ends with # because XMP joins a namespace and a name without anything between them.
constexpr auto provenance_namespace = "urn:x-colourize:provenance:1#";
constexpr auto provenance_prefix = "colourize";

// IPTC's properties besides DigitalSourceType, as names and values.
std::vector<std::pair<std::string, std::string>> iptc_properties(const Provenance& provenance);

// The options that change a photo's result and are not the default, for Provenance::options. `target`: its extension
// says which of them count.
std::string photo_options(const std::filesystem::path& target, const DecodeOptions& decoding,
                          const EncodeOptions& encoding, bool side_by_side, bool exact, const std::string& precision);

// Makes the photo's metadata state `provenance` instead of what an earlier result states; none: states nothing. XMP
// that cannot be parsed gets the statement as text, where the target's format (by its extension) carries it at all.
// `warn` receives that the statement could not be added; it names the photo `name`.
void state_provenance(Photo& photo, const std::optional<Provenance>& provenance, const std::filesystem::path& target,
                      const std::string& name, const Warn& warn);

// What the picture in this file states; none where it states nothing, is no picture, or cannot be read.
std::optional<Provenance> stated_provenance(const std::filesystem::path& file);

// ---- XMP as text, for packets that Exiv2 cannot parse ----

// The packet without an earlier statement of ours, and with this one; none: only without. Empty where there is no place
// for one, because the packet does not end an rdf:RDF.
std::string with_statement(std::string packet, const std::optional<Provenance>& provenance);

// What with_statement() has added; none where there is nothing, or it was changed.
std::optional<Provenance> statement_in(std::string_view packet);

}  // namespace colourize::photo
