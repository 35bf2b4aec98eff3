// Whether bytes are text in UTF-8, and Latin-1 as UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace colourize::photo {

bool is_ascii(std::string_view text);

// True for well-formed UTF-8 (RFC 3629): no code longer than it must be, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

std::string utf8_of_latin1(std::string_view text);

}  // namespace colourize::photo
