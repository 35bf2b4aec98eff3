#include "engine/photo/formats/psd_resources.h"

#include "engine/photo/formats/stored_number.h"

namespace colourize::photo {
namespace {

// Adobe Photoshop File Formats Specification, "Document file formats": three sections that begin with their length.
constexpr std::size_t psd_header = 26;
constexpr std::size_t psd_length = 4;

}  // namespace

// "Image resource blocks": a mark, a number, a name of an even length with its own length byte, a length, data of an
// even length.
std::span<const std::byte> psd_resource(std::span<const std::byte> file, std::uint32_t wanted) {
  const auto colours = big_endian(file, psd_header, psd_length);
  if (!colours) return {};
  std::size_t at = psd_header + psd_length + *colours;
  const auto length = big_endian(file, at, psd_length);
  if (!length) return {};
  at += psd_length;
  for (const std::size_t end = at + *length; at < end;) {
    constexpr std::size_t name_at = 6;
    const auto number = big_endian(file, at + 4, 2);
    const auto name = big_endian(file, at + name_at, 1);
    if (!number || !name) return {};
    const std::size_t size_at = at + name_at + (std::size_t{*name} + 2) / 2 * 2;
    const auto size = big_endian(file, size_at, psd_length);
    if (!size) return {};
    if (*number == wanted) {
      const std::size_t data = size_at + psd_length;
      return *size <= file.size() - data ? file.subspan(data, *size) : std::span<const std::byte>();
    }
    at = size_at + psd_length + *size + *size % 2;
  }
  return {};
}

}  // namespace colourize::photo
