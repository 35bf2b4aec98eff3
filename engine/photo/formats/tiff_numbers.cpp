#include "engine/photo/formats/tiff_numbers.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "engine/photo/formats/whole_numbers.h"

namespace colourize::photo {
namespace {

template <typename Number>
Number number_at(std::span<const std::byte> from, std::size_t i) {
  Number number;
  std::memcpy(&number, from.data() + i * sizeof(Number), sizeof(Number));
  return number;
}

// Number i of a row of numbers of 1 to 32 bits. Numbers that are no whole bytes follow each other from the highest bit.
std::uint32_t whole_number(std::span<const std::byte> from, unsigned bits, std::size_t i) {
  switch (bits) {
    case 8:
      return number_at<std::uint8_t>(from, i);
    case 16:
      return number_at<std::uint16_t>(from, i);
    case 32:
      return number_at<std::uint32_t>(from, i);
    default:
      break;
  }
  std::uint32_t value = 0;
  for (std::size_t bit = i * bits; bit < (i + 1) * bits; ++bit) {
    value = value << 1U | (std::to_integer<std::uint32_t>(from[bit / 8]) >> (7 - bit % 8) & 1U);
  }
  return value;
}

// IEEE 754 binary16: a sign, five bits of exponent, ten of fraction.
float half_number(std::uint16_t half) {
  constexpr int fraction_bits = 10;
  constexpr unsigned most_exponent = 31;
  const float sign = (half >> 15U) != 0 ? -1.0F : 1.0F;
  const unsigned exponent = half >> 10U & most_exponent;
  const auto fraction = static_cast<float>(half & 1023U);
  constexpr float one = 1024;
  if (exponent == 0) return sign * std::ldexp(fraction, -14 - fraction_bits);
  if (exponent < most_exponent) {
    return sign * std::ldexp(one + fraction, static_cast<int>(exponent) - 15 - fraction_bits);
  }
  return fraction == 0 ? sign * std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
}

float floating_number(std::span<const std::byte> from, unsigned bits, std::size_t i) {
  switch (bits) {
    case 16:
      return half_number(number_at<std::uint16_t>(from, i));
    case 32:
      return number_at<float>(from, i);
    default:
      return static_cast<float>(number_at<double>(from, i));
  }
}

}  // namespace

std::size_t tiff_row_bytes(const TiffLayout& layout, std::size_t numbers) {
  return (numbers * layout.bits + 7) / 8;
}

template <typename Sample>
void read_tiff_numbers(std::span<const std::byte> from, const TiffLayout& layout, std::span<Sample> to) {
  if constexpr (std::is_same_v<Sample, float>) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = floating_number(from, layout.bits, i);
  } else {
    const unsigned bits = layout.bits;
    const bool with_sign = layout.numbers == TiffLayout::Numbers::with_sign;
    const std::uint64_t largest = (std::uint64_t{1} << (with_sign ? bits - 1 : bits)) - 1;
    const bool as_it_is =
        layout.colours == TiffLayout::Colours::palette || largest == std::numeric_limits<Sample>::max();
    for (std::size_t i = 0; i < to.size(); ++i) {
      std::uint32_t number = whole_number(from, bits, i);
      if (with_sign && number > largest) number = 0;
      to[i] = as_it_is ? static_cast<Sample>(number) : scaled_number<Sample>(number, largest);
    }
  }
}

template void read_tiff_numbers(std::span<const std::byte>, const TiffLayout&, std::span<std::uint8_t>);
template void read_tiff_numbers(std::span<const std::byte>, const TiffLayout&, std::span<std::uint16_t>);
template void read_tiff_numbers(std::span<const std::byte>, const TiffLayout&, std::span<float>);

}  // namespace colourize::photo
