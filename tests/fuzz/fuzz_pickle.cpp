// Any bytes as a legacy file's object, keys and storages are a checkpoint whose every number can be read, or an Error
// with a sentence: the pickle machine, tensors in their storages. The three fixed pickles that such a file begins with
// are put before the bytes, so that nothing is spent on guessing them.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tests/fuzz/read_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::string_view beginning(
      "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
      "\x80\x02M\xe9\x03."
      "\x80\x02}.",
      25);
  const auto prefix = std::as_bytes(std::span(beginning));
  const auto rest = std::as_bytes(std::span(data, size));
  std::vector<std::byte> file(prefix.begin(), prefix.end());
  file.insert(file.end(), rest.begin(), rest.end());
  colourize::read_checkpoint(file);
  return 0;
}
