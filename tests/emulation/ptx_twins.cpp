#include "tests/emulation/ptx_twins.h"

#include <cuda_fp16.h>

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <string>
#include <vector>

#include "tests/emulation/block.h"
#include "tests/emulation/recording.h"

namespace colourize::kernels::cuda {
namespace {

using emulation::Failure;
using emulation::warp_lanes;

constexpr std::size_t row_bytes = 16;

float float_of_tf32(std::uint32_t bits) {
  constexpr std::uint32_t kept = 0xFFFF'E000;
  return std::bit_cast<float>(bits & kept);
}

template <int matrices, bool transposed>
void load_matrices(std::uint32_t (&registers)[matrices], const void* row, const std::source_location& where) {
  using Row = const std::uint16_t*;
  using Registers = std::array<std::uint32_t, matrices>;
  static const std::string name = "ldmatrix.x" + std::to_string(matrices) + (transposed ? ".trans" : "");
  const bool names_a_row = emulation::lane() < std::size_t{8} * matrices;
  emulation::record_access(name.c_str(), row, names_a_row ? row_bytes : 0, /*write=*/false, where);
  const auto all = emulation::meet<Registers, Row>(
      name.c_str(), static_cast<Row>(row),
      +[](std::span<const Row, warp_lanes> rows, std::span<Registers, warp_lanes> result) {
        for (std::size_t lane = 0; lane < std::size_t{8} * matrices; ++lane) {
          const auto address = reinterpret_cast<std::uintptr_t>(rows[lane]);
          if (!emulation::is_shared(rows[lane], row_bytes)) {
            throw Failure(name + ": lane " + std::to_string(lane) + " names a row outside shared memory");
          }
          if (address % row_bytes != 0) {
            throw Failure(name + ": lane " + std::to_string(lane) + " names a row that is not aligned to 16 bytes");
          }
        }
        for (std::size_t lane = 0; lane < warp_lanes; ++lane) {
          for (std::size_t matrix = 0; matrix < matrices; ++matrix) {
            std::uint32_t both = 0;
            for (std::size_t half = 0; half < 2; ++half) {
              const std::size_t along = lane % 4 * 2 + half;
              const std::size_t across = lane / 4;
              const Row from = rows[matrix * 8 + (transposed ? along : across)];
              both |= static_cast<std::uint32_t>(from[transposed ? across : along]) << (16 * half);
            }
            result[lane][matrix] = both;
          }
        }
      },
      where);
  std::copy(all.begin(), all.end(), registers);
}

struct MmaOperands {
  std::array<std::uint32_t, 4> a;
  std::array<std::uint32_t, 2> b;
  std::array<float, 4> sums;
};
using Sums = std::array<float, 4>;

// A 16 x K, B K x 8, sums 16 x 8.
template <std::size_t depth>
struct Matrices {
  std::array<std::array<float, depth>, 16> a;
  std::array<std::array<float, 8>, depth> b;
  std::array<std::array<float, 8>, 16> sums;

  // Where a lane's sums lie is the same for every type.
  static std::size_t row(std::size_t lane, std::size_t element) { return lane / 4 + 8 * (element / 2); }
  static std::size_t column(std::size_t lane, std::size_t element) { return lane % 4 * 2 + element % 2; }

  void multiply(std::span<const MmaOperands, warp_lanes> lanes, std::span<Sums, warp_lanes> result) {
    for (std::size_t lane = 0; lane < warp_lanes; ++lane) {
      for (std::size_t i = 0; i < 4; ++i) sums[row(lane, i)][column(lane, i)] = lanes[lane].sums[i];
    }
    for (std::size_t m = 0; m < 16; ++m) {
      for (std::size_t k = 0; k < depth; ++k) {
        for (std::size_t n = 0; n < 8; ++n) sums[m][n] += a[m][k] * b[k][n];
      }
    }
    for (std::size_t lane = 0; lane < warp_lanes; ++lane) {
      for (std::size_t i = 0; i < 4; ++i) result[lane][i] = sums[row(lane, i)][column(lane, i)];
    }
  }
};

void multiply_f16(std::span<const MmaOperands, warp_lanes> lanes, std::span<Sums, warp_lanes> result) {
  Matrices<16> matrices;
  for (std::size_t lane = 0; lane < warp_lanes; ++lane) {
    for (std::size_t half = 0; half < 2; ++half) {
      const std::size_t pair = lane % 4 * 2 + half;
      for (std::size_t i = 0; i < 4; ++i) {
        matrices.a[lane / 4 + 8 * (i % 2)][pair + 8 * (i / 2)] = float_of_half(lanes[lane].a[i] >> (16 * half));
      }
      for (std::size_t i = 0; i < 2; ++i) {
        matrices.b[pair + 8 * i][lane / 4] = float_of_half(lanes[lane].b[i] >> (16 * half));
      }
    }
  }
  matrices.multiply(lanes, result);
}

void multiply_tf32(std::span<const MmaOperands, warp_lanes> lanes, std::span<Sums, warp_lanes> result) {
  Matrices<8> matrices;
  for (std::size_t lane = 0; lane < warp_lanes; ++lane) {
    for (std::size_t i = 0; i < 4; ++i) {
      matrices.a[lane / 4 + 8 * (i % 2)][lane % 4 + 4 * (i / 2)] = float_of_tf32(lanes[lane].a[i]);
    }
    for (std::size_t i = 0; i < 2; ++i) matrices.b[lane % 4 + 4 * i][lane / 4] = float_of_tf32(lanes[lane].b[i]);
  }
  matrices.multiply(lanes, result);
}

template <auto multiply>
void mma(const char* name, float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
         const std::source_location& where) {
  const MmaOperands operands{std::to_array(a), std::to_array(b), std::to_array(sums)};
  const auto result = emulation::meet<Sums, MmaOperands>(name, operands, multiply, where);
  std::copy(result.begin(), result.end(), sums);
}

}  // namespace

float float_of_half(std::uint32_t bits) {
  static const std::vector<float> values = [] {
    std::vector<float> result;
    for (std::uint32_t i = 0; i <= 0xFFFF; ++i) {
      __half_raw raw;
      raw.x = static_cast<unsigned short>(i);
      result.push_back(__half2float(__half(raw)));
    }
    return result;
  }();
  return values[bits & 0xFFFFU];
}

template <int matrices>
void ldmatrix(std::uint32_t (&registers)[matrices], const void* row, std::source_location where) {
  load_matrices<matrices, false>(registers, row, where);
}

template <int matrices>
void ldmatrix_transposed(std::uint32_t (&registers)[matrices], const void* row, std::source_location where) {
  load_matrices<matrices, true>(registers, row, where);
}

template void ldmatrix<1>(std::uint32_t (&)[1], const void*, std::source_location);
template void ldmatrix<2>(std::uint32_t (&)[2], const void*, std::source_location);
template void ldmatrix<4>(std::uint32_t (&)[4], const void*, std::source_location);
template void ldmatrix_transposed<1>(std::uint32_t (&)[1], const void*, std::source_location);
template void ldmatrix_transposed<2>(std::uint32_t (&)[2], const void*, std::source_location);
template void ldmatrix_transposed<4>(std::uint32_t (&)[4], const void*, std::source_location);

void mma_f16(float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], std::source_location where) {
  mma<multiply_f16>("mma.m16n8k16.f16", sums, a, b, where);
}

void mma_tf32(float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], std::source_location where) {
  mma<multiply_tf32>("mma.m16n8k8.tf32", sums, a, b, where);
}

void cp_async(void* shared, const void* global, int bytes, std::source_location where) {
  if (bytes < 0 || bytes > 16) throw Failure("cp.async: " + std::to_string(bytes) + " bytes asked of 16");
  emulation::start_copy(shared, global, 16, static_cast<std::size_t>(bytes), where);
}

void cp_async_cached(void* shared, const void* global, int bytes, std::source_location where) {
  cp_async(shared, global, bytes, where);
}

void cp_async_commit() {
  emulation::commit_copies();
}

void cp_async_wait_all_but(std::size_t pending) {
  emulation::wait_for_copies(pending);
}

}  // namespace colourize::kernels::cuda
