// The record of a result: a file of JSON beside it, photo.colour.jpg.json, from which the same result can be made
// again.
//
//   "colourize_record"      the form's number, 1
//   "digital_source_type"   IPTC's word for what the result is
//   "source"                the path from the record's folder to the source; absolute where there is none
//   "result"                the result's name, in the record's folder
//   "result_sha256"         of the result's file
//   "provenance"            the facts by their names (engine/provenance.h)
//   "options"               every option that changes the result, by its name on the command line, given or not
//
// A path that is no UTF-8 has its true bytes beside it, as source_b64 (escaped.h). Nothing is a time of day.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "apps/colourize/arguments.h"
#include "apps/colourize/jobs.h"
#include "engine/provenance.h"

namespace colourize::apps {

// photo.colour.jpg -> photo.colour.jpg.json
std::filesystem::path record_path(const std::filesystem::path& result);

// Writes the record of a result that is in place. `stated`: what the result states, or would. `device`: where it was
// computed. Throws Error as OutputFile does, and where a symbolic link lies at the record's place.
void write_record(const Job& job, const ColourArguments& arguments, const Provenance& stated,
                  const std::string& device);

// What a record asks for.
struct Recorded {
  ColourArguments arguments;  // inputs, output and options
  Provenance provenance;
  std::string result_sha256;
};

// Reads the record that `given` names. Takes from `given` what does not change the result: --output, --overwrite,
// --device, --models-dir, --threads, --json, --quiet, --verify, --discard, --record. Throws Error of the kind `damaged`
// where the file is no record, says what no record says, or names a result outside its folder.
Recorded read_record(const ColourArguments& given);

// Throws Error of the kind `invalid` where the source's bytes are not those of the record, or where the generator has
// other weights or sees another size.
void expect_recorded(const Recorded& recorded, const Job& job, const Provenance& now);

// Throws Error of the kind `failed` where the result's bytes are not those of the record.
void expect_same_result(const Recorded& recorded, const Job& job);

// What the record beside a result says; none where there is none, or where it is that of another file.
std::optional<Provenance> recorded_provenance(const std::filesystem::path& result);

}  // namespace colourize::apps
