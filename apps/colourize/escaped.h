// Text of unknown origin, such as files' names, on a terminal and in JSON.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace colourize::apps {

// The bytes of the UTF-8 character that a text begins with; 0 where it does not begin with one.
std::size_t character_length(std::string_view text);

// True for C0 and C1 controls, DEL, and those of the writing direction: U+202A to U+202E, U+2066 to U+2069.
bool is_control(std::string_view character);

// The text with an escape for each control character and each byte that is no UTF-8: "\x1b", "\n", "\u202e", "\xff".
// So a terminal does nothing but show it.
std::string escaped(std::string_view text);

// The object as one line of JSON in which nothing is a control character, not even DEL or C1, which JSON allows. Where
// a text is no UTF-8, its bytes become U+FFFD, and the member KEY_b64 beside KEY has the true ones in Base64 (RFC 4648,
// 4), as in the output of Borg; so a script finds a file whatever its name is.
std::string json_line(const nlohmann::json& object);

// The bytes that such a pair of members stands for. Throws nlohmann::json::exception where KEY is missing or no text,
// and Error of the kind `invalid` where KEY_b64 is no Base64.
std::string true_text(const nlohmann::json& object, const std::string& key);

// Adds KEY_b64 beside each text of the object that is no UTF-8.
void add_true_texts(nlohmann::json& object);

}  // namespace colourize::apps
