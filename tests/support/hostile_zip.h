// Zip archives of which every field can be wrong, made by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace colourize::tests {

// A part of an archive. What is not given is what a sound archive has.
struct ZipPart {
  std::string name;
  std::string content;
  std::uint64_t method = 0;
  std::uint64_t flags = 0;
  // In the directory alone. Larger numbers than 32 bits hold go into a zip64 field.
  std::optional<std::uint64_t> size;
  std::optional<std::uint64_t> offset;  // of the part's own header; none is then written, nor its content
  // In the part's own header alone.
  std::optional<std::string> local_name;
  std::optional<std::uint64_t> local_method;
  std::optional<std::uint64_t> local_size;
};

// A part's own header and its content, as they lie in an archive.
std::string local_part(const ZipPart& part);
std::string zip_archive(const std::vector<ZipPart>& parts);

}  // namespace colourize::tests
