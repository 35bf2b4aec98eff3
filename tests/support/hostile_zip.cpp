#include "tests/support/hostile_zip.h"

namespace colourize::tests {
namespace {

constexpr std::uint64_t elsewhere = 0xFFFF'FFFF;  // in place of a number that the zip64 field has

std::string number(std::uint64_t value, std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::string directory_entry(const ZipPart& part, std::uint64_t offset) {
  const std::uint64_t size = part.size.value_or(part.content.size());
  std::string wide;
  const auto field = [&](std::uint64_t value) {
    if (value <= elsewhere) return number(value, 4);
    wide += number(value, 8);
    return number(elsewhere, 4);
  };
  std::string sizes = field(size);
  sizes += field(size);
  const std::string place = field(offset);
  if (!wide.empty()) wide = number(1, 2) + number(wide.size(), 2) + wide;
  return "PK\x01\x02" + number(0, 4) + number(part.flags, 2) + number(part.method, 2) + number(0, 8) + sizes +
         number(part.name.size(), 2) + number(wide.size(), 2) + std::string(10, '\0') + place + part.name + wide;
}

}  // namespace

std::string local_part(const ZipPart& part) {
  const std::string name = part.local_name.value_or(part.name);
  const std::string size = number(part.local_size.value_or(part.size.value_or(part.content.size())), 4);
  return "PK\x03\x04" + number(0, 2) + number(part.flags, 2) + number(part.local_method.value_or(part.method), 2) +
         number(0, 8) + size + size + number(name.size(), 2) + number(0, 2) + name + part.content;
}

std::string zip_archive(const std::vector<ZipPart>& parts) {
  std::string archive;
  std::string directory;
  for (const ZipPart& part : parts) {
    directory += directory_entry(part, part.offset.value_or(archive.size()));
    if (!part.offset) archive += local_part(part);
  }
  const std::string count = number(parts.size(), 2);
  return archive + directory + "PK\x05\x06" + number(0, 4) + count + count + number(directory.size(), 4) +
         number(archive.size(), 4) + number(0, 2);
}

}  // namespace colourize::tests
