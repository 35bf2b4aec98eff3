#include "engine/photo/utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace colourize::photo {
namespace {

constexpr unsigned first_beyond_ascii = 0x80;

// A first byte of these bits, under the mask, has so many bytes after it; the code must be at least `least`.
struct Lead {
  unsigned mask;
  unsigned bits;
  std::size_t following;
  std::uint32_t least;
};
constexpr std::array leads{Lead{0x80, 0x00, 0, 0}, Lead{0xE0, 0xC0, 1, 0x80}, Lead{0xF0, 0xE0, 2, 0x800},
                           Lead{0xF8, 0xF0, 3, 0x10000}};

// The length of the character that a text begins with; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const unsigned first = static_cast<unsigned char>(text[0]);
  const auto* lead = std::ranges::find_if(leads, [&](const Lead& kind) { return (first & kind.mask) == kind.bits; });
  if (lead == leads.end() || text.size() <= lead->following) return 0;
  std::uint32_t code = first & ~lead->mask;
  for (const char c : text.substr(1, lead->following)) {
    const unsigned byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != first_beyond_ascii) return 0;
    code = code << 6U | (byte & 0x3FU);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return code < lead->least || surrogate || code > 0x10FFFF ? 0 : lead->following + 1;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < first_beyond_ascii; });
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Latin-1's numbers are Unicode's; two bytes hold 11 bits.
std::string utf8_of_latin1(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const unsigned code = static_cast<unsigned char>(c);
    if (code < first_beyond_ascii) {
      result += c;
    } else {
      result += static_cast<char>(0xC0U | code >> 6U);
      result += static_cast<char>(0x80U | (code & 0x3FU));
    }
  }
  return result;
}

}  // namespace colourize::photo
