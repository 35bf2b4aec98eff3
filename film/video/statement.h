// A film's provenance in the metadata of its container.
//
// It is one line of the comment, after what the source's comment says, because of the keys that all of mkv, mp4, mov
// and avi keep (COMMENT, (c)cmt, (c)cmt, ICMT) only the comment may be long:
//   colourize: {"DigitalSourceType":"http://cv.iptc.org/...","Generator":...}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/provenance.h"

namespace colourize::film {

// The line, without a line break at its end.
std::string statement_line(const Provenance& provenance);

// The comment without an earlier line of ours, and with this one; none: only without.
std::string with_statement(std::string_view comment, const std::optional<Provenance>& provenance);

// What a line of the comment states; none where no line does, or where it is no JSON of this form.
std::optional<Provenance> statement_in(std::string_view comment);

}  // namespace colourize::film
