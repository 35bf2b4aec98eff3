// Half precision on the reference backend: operands rounded as IEEE 754 says, float32 everywhere else. The rounding
// below shares nothing with the kernels': it drops bits of an integer.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <ostream>
#include <random>

#include "kernels/reference/reference.h"
#include "kernels/reference/rounding.h"
#include "tests/kernels/operation_case.h"

namespace colourize::tests {
namespace {

using kernels::Precision;

struct Format {
  Precision precision;
  int significand_bits;   // the leading one included
  int smallest_exponent;  // of a normal number; subnormal ones keep its unit
  float largest;

  friend std::ostream& operator<<(std::ostream& stream, const Format& format) {
    return stream << format.significand_bits << " bits";
  }
};
constexpr Format half = {Precision::float16, 11, -14, 65504.0F};
constexpr Format brain = {Precision::bfloat16, 8, -126, 0x1.FEp127F};

// To nearest, ties to even.
float rounded(float value, const Format& format) {
  const auto magnitude = std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
  if (magnitude >= 0x7F800000U) return value;  // infinity, NaN
  // |value| = significand * 2^(exponent - 23)
  const bool normal = magnitude >= 0x00800000U;
  const int exponent = (normal ? static_cast<int>(magnitude >> 23U) : 1) - 127;
  const std::uint32_t significand = (magnitude & 0x007FFFFFU) | (normal ? 0x00800000U : 0U);
  // From 25 bits on nothing is left, not even a tie.
  const int dropped = std::min(24 - format.significand_bits + std::max(0, format.smallest_exponent - exponent), 25);
  const std::uint32_t tie = 1U << static_cast<unsigned>(dropped - 1);
  const std::uint32_t rest = significand & (2 * tie - 1);
  std::uint32_t kept = significand >> static_cast<unsigned>(dropped);
  if (rest > tie || (rest == tie && kept % 2 == 1)) ++kept;
  const float result = std::ldexp(static_cast<float>(kept), exponent - 23 + dropped);
  return std::copysign(result > format.largest ? std::numeric_limits<float>::infinity() : result, value);
}

// Of every exponent, and at, just below and just above each format's ties.
std::vector<float> awkward_values() {
  using Limits = std::numeric_limits<float>;
  std::vector<float> values = {
      0.0F,    1.0F, Limits::min(), Limits::denorm_min(), Limits::max(), Limits::infinity(), Limits::quiet_NaN(),
      65504.0F};
  const auto add_with_neighbours = [&](float value) {
    values.insert(values.end(), {std::nextafter(value, 0.0F), value, std::nextafter(value, Limits::infinity())});
  };
  add_with_neighbours(65520.0F);     // halfway from binary16's largest number to what would be the next
  add_with_neighbours(0x1.FFp127F);  // the same of bfloat16
  add_with_neighbours(0x1p-14F);     // the smallest normal binary16
  add_with_neighbours(0x1p-24F);     // the smallest subnormal one
  add_with_neighbours(0x1p-25F);     // halfway from 0 to that
  for (int k = 1; k < 400; ++k) add_with_neighbours(std::ldexp(static_cast<float>(2 * k + 1), -25));  // subnormal ties

  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same numbers every time
  const auto draw = [&random] { return static_cast<std::uint32_t>(random()); };
  for (int i = 0; i < 4000; ++i) values.push_back(std::bit_cast<float>(draw() & 0x7FFFFFFFU));
  for (int i = 0; i < 2000; ++i) {  // the exponents of binary16 and some beyond
    values.push_back(std::bit_cast<float>((draw() & 0x007FFFFFU) | ((98U + draw() % 48U) << 23U)));
  }
  for (int i = 0; i < 600; ++i) {  // ties of binary16, ties of bfloat16
    add_with_neighbours(std::bit_cast<float>((draw() & 0x007FE000U) | 0x1000U | ((113U + draw() % 30U) << 23U)));
    add_with_neighbours(std::bit_cast<float>((draw() & 0x7F7F0000U) | 0x8000U));
  }
  const std::size_t count = values.size();
  for (std::size_t i = 0; i < count; ++i) values.push_back(-values[i]);
  return values;
}

class Rounding : public testing::TestWithParam<Format> {};

TEST_P(Rounding, IsToNearestEven) {
  int changed = 0;
  for (const float value : awkward_values()) {
    const float expected = rounded(value, GetParam());
    const float actual = kernels::reference::round_operand(value, GetParam().precision);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(actual));
      continue;
    }
    ASSERT_EQ(std::bit_cast<std::uint32_t>(actual), std::bit_cast<std::uint32_t>(expected))
        << std::hexfloat << value << " became " << actual << ", not " << expected;
    changed += static_cast<int>(actual != value);
  }
  EXPECT_GT(changed, 5000);
}

// Byte for byte: the same sums in the same order, on the same operands.
class RoundedOperands : public testing::TestWithParam<Format> {
 protected:
  // What precision does to the case equals float32 on operands that were rounded before.
  static void expect_the_same(const std::string& name, const std::vector<std::string>& operands) {
    OperationCase given = operation_case(name);
    const Tensor precise = run(given, Precision::float32);
    const Tensor actual = run(given, GetParam().precision);
    for (const std::string& operand : operands) {
      const std::span<float> values = given.constants.contains(operand)
                                          ? std::span<float>(given.constants.at(operand).values)
                                          : given.activations.at(operand).values();
      for (float& value : values) value = rounded(value, GetParam());
    }
    const Tensor expected = run(given, Precision::float32);
    EXPECT_EQ(std::memcmp(actual.values().data(), expected.values().data(), actual.values().size_bytes()), 0);
    EXPECT_FALSE(std::ranges::equal(actual.values(), precise.values())) << "nothing was rounded";
  }

 private:
  static Tensor run(const OperationCase& given, Precision precision) {
    const auto backend = kernels::reference::create({.threads = 1, .precision = precision});
    return run_operation(given, *backend, Placement::packed);
  }
};

// Neither bias nor epilogue is rounded: they come to the float32 sum.
TEST_P(RoundedOperands, OfAConvolution) {
  expect_the_same("convolution.15", {"input", "weight"});
}

TEST_P(RoundedOperands, OfAttention) {
  expect_the_same("attention.01", {"query", "key", "value"});
}

TEST_P(RoundedOperands, OfSelfAttention) {
  expect_the_same("self_attention.04", {"query", "key", "value"});
}

std::string name_of(const testing::TestParamInfo<Format>& info) {
  return info.param.precision == Precision::float16 ? "float16" : "bfloat16";
}

INSTANTIATE_TEST_SUITE_P(Precisions, Rounding, testing::Values(half, brain), name_of);
INSTANTIATE_TEST_SUITE_P(Precisions, RoundedOperands, testing::Values(half, brain), name_of);

}  // namespace
}  // namespace colourize::tests
