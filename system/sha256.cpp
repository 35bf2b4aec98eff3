#include "system/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <string_view>

namespace colourize {

std::string sha256(std::span<const std::byte> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), sum.data(), &size, EVP_sha256(), nullptr);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[sum.at(i) >> 4U];
    text += digits[sum.at(i) & 0xFU];
  }
  return text;
}

}  // namespace colourize
