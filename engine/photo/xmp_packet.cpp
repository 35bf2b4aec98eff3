#include "engine/photo/xmp_packet.h"

#include <cstddef>

namespace colourize::photo {
namespace {

// Where the next value's digit is, at or after `from`; npos where there is none.
std::size_t find_value(std::string_view packet, std::size_t from) {
  constexpr std::string_view property = "tiff:Orientation";
  constexpr std::string_view spaces = " \t\r\n";
  for (std::size_t at = packet.find(property, from); at != std::string_view::npos; at = packet.find(property, at)) {
    at = packet.find_first_not_of(spaces, at + property.size());
    if (at == std::string_view::npos) break;
    // ="6", or >6<
    const bool attribute = packet[at] == '=';
    if (!attribute && packet[at] != '>') continue;
    at = packet.find_first_not_of(spaces, at + 1);
    if (at == std::string_view::npos) break;
    if (attribute) {
      if (packet[at] != '"' && packet[at] != '\'') continue;
      ++at;
    }
    const std::string_view rest = packet.substr(at);
    if (rest.size() < 2 || rest[0] < '1' || rest[0] > '8') continue;
    if (rest[1] >= '0' && rest[1] <= '9') continue;
    return at;
  }
  return std::string_view::npos;
}

}  // namespace

int xmp_orientation(std::string_view packet) {
  const std::size_t at = find_value(packet, 0);
  return at == std::string_view::npos ? 0 : packet[at] - '0';
}

std::string with_upright_orientation(std::string packet) {
  for (std::size_t at = find_value(packet, 0); at != std::string::npos; at = find_value(packet, at)) packet[at++] = '1';
  return packet;
}

}  // namespace colourize::photo
