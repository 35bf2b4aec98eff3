#include "apps/colourize/escaped.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <nlohmann/json.hpp>

#include "system/error.h"

namespace colourize::apps {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr auto suffix = "_b64";

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? digits[bits >> (18 - 6 * k) & 0x3FU] : '=';
  }
  return text;
}

std::string bytes_of_base64(std::string_view text) {
  const Error damaged(ErrorKind::invalid, "a member that ends in _b64", "is no Base64");
  if (text.size() % 4 != 0) throw damaged;
  std::string bytes;
  for (; !text.empty(); text.remove_prefix(4)) {
    const std::size_t padding =
        text.size() > 4 ? 0 : std::min<std::size_t>(2, text.size() - 1 - text.find_last_not_of('='));
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t digit = k < 4 - padding ? digits.find(text[k]) : 0;
      if (digit == std::string_view::npos) throw damaged;
      bits = bits << 6U | static_cast<std::uint32_t>(digit);
    }
    for (std::size_t k = 0; k < 3 - padding; ++k) bytes += static_cast<char>(bits >> (16 - 8 * k) & 0xFFU);
  }
  return bytes;
}

std::uint32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  constexpr unsigned masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};  // NOLINT(*-avoid-c-arrays): indexed by the length
  std::uint32_t code = first & masks[character.size()];      // NOLINT(*-constant-array-index)
  for (const char c : character.substr(1)) code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return code;
}

}  // namespace

std::size_t character_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = at(0);
  const std::size_t length = text.empty()   ? 0
                             : first < 0x80 ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (at(i) < 0x80 || at(i) > 0xBF) return 0;
  }
  // Longer than necessary, half of a pair (UTF-16), beyond the last one (RFC 3629, 4).
  const bool odd = (first == 0xE0 && at(1) < 0xA0) || (first == 0xED && at(1) > 0x9F) ||
                   (first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F);
  return odd ? 0 : length;
}

bool is_control(std::string_view character) {
  return (character.size() == 1 && (static_cast<unsigned char>(character[0]) < 0x20 || character == "\x7F")) ||
         (character.size() == 2 && character < "\xC2\xA0") ||
         (character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE") ||
         (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9");
}

std::string escaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0, next = 0; i < text.size(); i = next) {
    const std::size_t length = character_length(text.substr(i));
    next = i + std::max<std::size_t>(length, 1);
    const std::string_view character = text.substr(i, length);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    } else if (!is_control(character)) {
      result += character;
    } else if (character == "\n" || character == "\t" || character == "\r") {
      result += character == "\n" ? "\\n" : character == "\t" ? "\\t" : "\\r";
    } else {
      const std::uint32_t code = code_point(character);
      result += code < 0x80 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
    }
  }
  return result;
}

void add_true_texts(nlohmann::json& object) {
  std::vector<std::pair<std::string, std::string>> added;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string() && !is_utf8(value.get_ref<const std::string&>())) {
      added.emplace_back(key + suffix, base64(value.get_ref<const std::string&>()));
    }
  }
  for (auto& [key, value] : added) object[key] = std::move(value);
}

std::string json_line(const nlohmann::json& object) {
  nlohmann::json whole = object;
  if (whole.is_object()) add_true_texts(whole);
  const std::string text = whole.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string line;
  for (std::size_t i = 0, next = 0; i < text.size(); i = next) {
    const std::size_t length = std::max<std::size_t>(character_length(std::string_view(text).substr(i)), 1);
    next = i + length;
    const std::string_view character = std::string_view(text).substr(i, length);
    // Such characters stand in texts only, where JSON has this escape for them (RFC 8259, 7).
    if (is_control(character)) {
      line += fmt::format("\\u{:04x}", code_point(character));
    } else {
      line += character;
    }
  }
  return line;
}

std::string true_text(const nlohmann::json& object, const std::string& key) {
  std::string text = object.at(key).get<std::string>();
  const auto bytes = object.find(key + suffix);
  return bytes == object.end() ? text : bytes_of_base64(bytes->get<std::string>());
}

}  // namespace colourize::apps
