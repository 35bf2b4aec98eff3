// What a result says of how it was made, so that nobody takes it for a photograph in colour, or for another result.
//
// The facts are texts, because files keep them as texts: photos as XMP (photo/provenance.h), films as a comment of
// their container (film/provenance.h). None is a time of day, so that the same work gives the same bytes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generators/ensemble.h"

namespace colourize {

// IPTC's word for a captured picture to which a trained algorithm has added something: here luma was captured, and
// chroma was made. IPTC advises to state it in XMP, of photos and of films (Photo Metadata User Guide, "Guidance for
// using Digital Source Type"; the vocabulary is https://cv.iptc.org/newscodes/digitalsourcetype).
constexpr std::string_view digital_source_type =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

struct Provenance {
  std::string program;        // "colourize 0.1.0"
  std::string generator;      // its name; of an ensemble "ddcolor:0.6+wide:0.4", in order, with shares
  std::string weights;        // SHA-256 of each generator's weights file, as 64 hexadecimal digits; + between them
  std::string render_factor;  // side of each generator's square / 16 pixels; + between them
  std::string options;        // what else was chosen and changes the result: "side by side, crf 20"; empty: nothing
  std::string source_bytes;   // size of the source's file; empty: it was no file
  std::string source_sha256;  // of the source's file, as 64 hexadecimal digits; empty: it was no file

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

struct ProvenanceFact {
  const char* name;   // as files have it: "RenderFactor"
  const char* words;  // as people say it: "render factor"
  std::string Provenance::*value;
  bool decides;  // two results that differ in it were not made alike
};

// All facts, in the order above.
std::span<const ProvenanceFact> provenance_facts();

// How a result that states `stated` differs from one that `wanted` describes, in words for people: "its generator was
// wide, not lite". Empty: they were made alike. The program's version does not count, nor does the source's checksum,
// because comparing it would read every source again; its size does.
std::vector<std::string> differences(const Provenance& stated, const Provenance& wanted);

// The facts about the generators; `options` and the source's are for the caller to fill in. `render_factor` none: each
// generator's default. Reads all weights once. Throws Error where the render factor is not in 8..64.
Provenance provenance_of(const Ensemble& ensemble, std::optional<int> render_factor, const std::string& program);

// Fills in the size and checksum of these bytes, which are the source's file.
void describe_source(Provenance& provenance, std::span<const std::byte> file);

// "side by side, crf 20": the parts that are not empty, with commas between them.
std::string options_text(std::span<const std::string> parts);

}  // namespace colourize
