#include "apps/colourize/progress_line.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace colourize::apps {
namespace {

constexpr std::string_view gap = "...";

struct Range {
  char32_t first;
  char32_t last;
};
// The blocks that are wide throughout, or nearly so.
constexpr std::array wide{Range{0x1100, 0x115F},  Range{0x2E80, 0xA4CF},   Range{0xAC00, 0xD7A3},
                          Range{0xF900, 0xFAFF},  Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
                          Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F}, Range{0x1F900, 0x1FAFF},
                          Range{0x20000, 0x3FFFD}};
constexpr std::array combining{Range{0x0300, 0x036F}, Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},
                               Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
                               Range{0xFE20, 0xFE2F}};

bool is_in(std::span<const Range> ranges, char32_t character) {
  return std::ranges::any_of(ranges,
                             [=](const Range& range) { return character >= range.first && character <= range.last; });
}

std::size_t columns_of_character(char32_t character) {
  return is_in(combining, character) ? 0 : is_in(wide, character) ? 2 : 1;
}

struct Character {
  std::string_view bytes;
  std::size_t columns;
};

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> result;
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const std::string_view bytes = text.substr(at, length);
    char32_t character = length == 1 ? first : first & (0x7FU >> length);
    for (const char byte : bytes.substr(1)) character = character << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
    result.push_back({bytes, columns_of_character(character)});
    at += length;
  }
  return result;
}

// As many characters of the beginning as fit.
template <class Characters>
std::vector<std::string_view> fitting(const Characters& characters, std::size_t columns) {
  std::vector<std::string_view> result;
  for (const Character& character : characters) {
    if (character.columns > columns) break;
    columns -= character.columns;
    result.push_back(character.bytes);
  }
  return result;
}

std::string cut_in_the_middle(const std::string& name, std::size_t columns) {
  if (columns_of(name) <= columns) return name;
  if (columns <= gap.size()) return std::string(gap.substr(0, columns));
  const std::vector<Character> characters = characters_of(name);
  const std::size_t kept = columns - gap.size();
  std::string result;
  for (const std::string_view bytes : fitting(characters, (kept + 1) / 2)) result += bytes;
  result += gap;
  auto end = fitting(std::vector<Character>(characters.rbegin(), characters.rend()), kept / 2);
  std::ranges::reverse(end);
  for (const std::string_view bytes : end) result += bytes;
  return result;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const Character& character : characters_of(text)) columns += character.columns;
  return columns;
}

std::string progress_line(const std::string& before, const std::string& name, const std::string& after,
                          std::size_t columns) {
  const std::size_t others = columns_of(before) + columns_of(after);
  const std::string whole = before + cut_in_the_middle(name, columns - std::min(others, columns)) + after;
  std::string line;
  for (const std::string_view bytes : fitting(characters_of(whole), columns)) line += bytes;
  return line;
}

}  // namespace colourize::apps
