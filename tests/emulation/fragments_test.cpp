// The twins of ptx.cuh against the maps in tests/golden/fragments.csv, which come from NVIDIA's own headers: which
// element of which matrix each lane holds. Numbers are small integers, so that every sum is exact.
#include <cuda_fp16.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/cuda/ptx.cuh"
#include "tests/emulation/block.h"
#include "tests/support/golden.h"

namespace colourize {
namespace {

using emulation::warp_lanes;

struct Place {
  std::size_t lane;
  std::size_t element;
  std::size_t row;
  std::size_t column;
};

// "mma.m16n8k16.f16" and "A" -> where its elements lie.
std::vector<Place> places_of(const std::string& instruction, const std::string& operand) {
  std::ifstream file(tests::folder + "golden/fragments.csv");
  std::vector<Place> places;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(instruction + "," + operand + ",")) continue;
    for (char& c : line) c = c == ',' ? ' ' : c;
    std::istringstream fields(line);
    std::string skipped;
    Place place{};
    fields >> skipped >> skipped >> place.lane >> place.element >> place.row >> place.column;
    places.push_back(place);
  }
  return places;
}

float small_integer(std::size_t row, std::size_t column, std::size_t seed) {
  return static_cast<float>((row * 31 + column * 17 + seed * 7) % 13) - 6;
}

std::uint32_t half_bits(float value) {
  return std::bit_cast<std::uint16_t>(__half_raw(__float2half(value)).x);
}

using Registers = std::array<std::array<std::uint32_t, 4>, warp_lanes>;

// The operand's matrix spread over the lanes' registers, as the map says.
Registers spread(const std::vector<Place>& places, std::size_t seed, bool halves) {
  Registers registers{};
  for (const Place& place : places) {
    const float value = small_integer(place.row, place.column, seed);
    auto& lane = registers.at(place.lane);
    if (halves) {
      lane.at(place.element / 2) |= half_bits(value) << (16 * (place.element % 2));
    } else {
      lane.at(place.element) = std::bit_cast<std::uint32_t>(value);
    }
  }
  return registers;
}

void check_mma(const std::string& instruction, std::size_t depth, bool halves) {
  const auto a_places = places_of(instruction, "A");
  const auto b_places = places_of(instruction, "B");
  const auto c_places = places_of(instruction, "C");
  ASSERT_EQ(a_places.size(), 16 * depth);
  ASSERT_EQ(b_places.size(), 8 * depth);
  ASSERT_EQ(c_places.size(), 16U * 8U);
  const Registers a = spread(a_places, 1, halves);
  const Registers b = spread(b_places, 2, halves);
  const Registers c = spread(c_places, 3, /*halves=*/false);
  std::array<std::array<float, 4>, warp_lanes> result{};
  emulation::launch({.block = {.x = warp_lanes}}, [&] {
    const std::size_t lane = emulation::lane();
    const std::uint32_t lane_a[4] = {a[lane][0], a[lane][1], a[lane][2], a[lane][3]};
    const std::uint32_t lane_b[2] = {b[lane][0], b[lane][1]};
    float sums[4];
    for (std::size_t i = 0; i < 4; ++i) sums[i] = std::bit_cast<float>(c[lane][i]);
    if (halves) {
      kernels::cuda::mma_f16(sums, lane_a, lane_b);
    } else {
      kernels::cuda::mma_tf32(sums, lane_a, lane_b);
    }
    std::copy(std::begin(sums), std::end(sums), result[lane].begin());
  });
  for (const Place& place : c_places) {
    float expected = small_integer(place.row, place.column, 3);
    for (std::size_t k = 0; k < depth; ++k) {
      // The file's places in B are (n, k).
      expected += small_integer(place.row, k, 1) * small_integer(place.column, k, 2);
    }
    EXPECT_EQ(result.at(place.lane).at(place.element), expected)
        << instruction << " row " << place.row << " column " << place.column;
  }
}

TEST(Fragments, MmaOfHalves) {
  check_mma("mma.m16n8k16.f16", 16, /*halves=*/true);
}

TEST(Fragments, MmaOfTf32) {
  check_mma("mma.m16n8k8.tf32", 8, /*halves=*/false);
}

TEST(Fragments, Tf32IgnoresTheLowestBits) {
  std::array<float, warp_lanes> result{};
  emulation::launch({.block = {.x = warp_lanes}}, [&] {
    const std::uint32_t one = std::bit_cast<std::uint32_t>(1.0F);
    const std::uint32_t a[4] = {one | 0x1FFFU, one | 0x1FFFU, one | 0x1FFFU, one | 0x1FFFU};
    const std::uint32_t b[2] = {one, one};
    float sums[4] = {};
    kernels::cuda::mma_tf32(sums, a, b);
    result[emulation::lane()] = sums[0];
  });
  for (const float value : result) EXPECT_EQ(value, 8);
}

template <int matrices>
void check_ldmatrix(bool transposed) {
  const std::string name = "ldmatrix.x" + std::to_string(matrices) + (transposed ? ".trans" : "");
  const auto places = places_of(name, "D");
  ASSERT_EQ(places.size(), warp_lanes * matrices * 2);
  std::array<std::array<std::uint32_t, matrices>, warp_lanes> result{};
  const auto element = [](std::size_t row, std::size_t column) { return static_cast<std::uint16_t>(row * 8 + column); };
  emulation::launch({.block = {.x = warp_lanes}, .shared_bytes = std::size_t{128} * matrices}, [&] {
    auto* shared = reinterpret_cast<std::uint16_t*>(emulation::shared_memory());
    const std::size_t lane = emulation::lane();
    const std::size_t rows = std::size_t{8} * matrices;
    if (lane < rows) {
      for (std::size_t column = 0; column < 8; ++column) shared[lane * 8 + column] = element(lane, column);
    }
    emulation::barrier();
    std::uint32_t registers[matrices];
    const std::uint16_t* row = lane < rows ? shared + lane * 8 : nullptr;
    if (transposed) {
      kernels::cuda::ldmatrix_transposed(registers, row);
    } else {
      kernels::cuda::ldmatrix(registers, row);
    }
    std::copy(std::begin(registers), std::end(registers), result[lane].begin());
  });
  for (const Place& place : places) {
    // With one or two matrices, CuTe has the lanes beyond theirs repeat the addresses, and the file names the last lane
    // that gives a row. PTX reads those of the first 8 or 16.
    const std::size_t row = place.row % (std::size_t{8} * matrices);
    const std::uint32_t both = result.at(place.lane).at(place.element / 2);
    EXPECT_EQ(both >> (16 * (place.element % 2)) & 0xFFFFU, element(row, place.column))
        << name << " lane " << place.lane << " element " << place.element;
  }
}

TEST(Fragments, Ldmatrix) {
  for (const bool transposed : {false, true}) {
    check_ldmatrix<1>(transposed);
    check_ldmatrix<2>(transposed);
    check_ldmatrix<4>(transposed);
  }
}

}  // namespace
}  // namespace colourize
