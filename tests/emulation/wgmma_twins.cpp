// The twins of wgmma (ptx.cuh): PTX ISA 8.7, chapter 9.7.15; the layout in shared memory by its matrix descriptor with
// the 128-byte swizzle, the layout of sums by its figure for m64nNk16.
#include <array>
#include <cstdint>
#include <string>

#include "tests/emulation/block.h"
#include "tests/emulation/ptx_twins.h"
#include "tests/emulation/recording.h"

namespace colourize::kernels::cuda {
namespace {

using emulation::Failure;

constexpr std::size_t depth = 16;
constexpr std::size_t row_bytes = 128;
constexpr std::size_t chunk_bytes = 16;
constexpr std::size_t eight_rows = 8 * row_bytes;
constexpr std::size_t group_lanes = 128;

// 16 columns of a matrix in shared memory, as its descriptor says.
class Matrix {
 public:
  Matrix(const char* name, const void* begin, std::size_t rows)
      : begin_(static_cast<const std::byte*>(begin)), first_(reinterpret_cast<std::uintptr_t>(begin) % eight_rows) {
    if (first_ % (2 * chunk_bytes) != 0 || first_ >= row_bytes) {
      throw Failure(std::string("wgmma: ") + name + " begins at no multiple of 1024 bytes");
    }
    begin_ -= first_;
    if (!emulation::is_shared(begin_, (rows + 7) / 8 * eight_rows)) {
      throw Failure(std::string("wgmma: ") + name + " is no shared memory");
    }
  }
  // 8 columns of a row: the first or the second.
  const std::byte* chunk(std::size_t row, std::size_t number) const {
    const std::size_t chunk = first_ / chunk_bytes + number;
    return begin_ + row * row_bytes + (chunk ^ (row % 8)) * chunk_bytes;
  }
  std::array<float, depth> row(std::size_t row) const {
    std::array<float, depth> values{};
    for (std::size_t k = 0; k < depth; ++k) {
      values[k] = float_of_half(reinterpret_cast<const std::uint16_t*>(chunk(row, k / 8))[k % 8]);
    }
    return values;
  }

 private:
  const std::byte* begin_;
  std::size_t first_;  // bytes in a row
};

// This lane's share of what its warp reads: each of the warp's rows of A, and all rows of B, once.
void record(const char* when, const Matrix& a, const Matrix& b, std::size_t first_row, std::size_t columns,
            const std::source_location& where) {
  const std::string name = std::string("wgmma's ") + when;
  for (std::size_t chunk = 0; chunk < 2; ++chunk) {
    const bool has_row = emulation::lane() < 16;
    emulation::record_access((name + " of A").c_str(), a.chunk(first_row + emulation::lane() % 16, chunk),
                             has_row ? chunk_bytes : 0, /*write=*/false, where);
    for (std::size_t row = emulation::lane(); row < (columns + 31) / 32 * 32; row += emulation::warp_lanes) {
      const bool exists = row < columns;
      emulation::record_access((name + " of B").c_str(), b.chunk(exists ? row : 0, chunk), exists ? chunk_bytes : 0,
                               /*write=*/false, where);
    }
  }
}

}  // namespace

void fence_for_wgmma() {
  emulation::fence_copies();
}

void wgmma_commit() {
  emulation::commit_products();
}

void wgmma_wait_all_but(std::size_t pending) {
  emulation::wait_for_products(pending);
}

void begin_wgmma(float (*sums)[4], std::size_t fragments, const void* a, const void* b,
                 const std::source_location& where) {
  const std::size_t columns = 8 * fragments;
  const Matrix left("A", a, 64);
  const Matrix right("B", b, columns);
  emulation::meet<char, char>(
      "wgmma", 0, +[](std::span<const char, emulation::warp_lanes>, std::span<char, emulation::warp_lanes>) {}, where);
  if (!emulation::copies_are_fenced()) {
    throw Failure("wgmma, " + emulation::place(where) + ": reads what cp.async has brought without a fence");
  }
  const std::size_t warp = emulation::thread_index().x % group_lanes / emulation::warp_lanes;
  const std::size_t first_row = 16 * warp;
  record("begin", left, right, first_row, columns, where);
  emulation::start_product([=] {
    record("end", left, right, first_row, columns, where);
    const std::size_t lane = emulation::lane();
    const std::array rows = {left.row(first_row + lane / 4), left.row(first_row + lane / 4 + 8)};
    for (std::size_t i = 0; i < fragments; ++i) {
      for (std::size_t column = 0; column < 2; ++column) {
        const std::array<float, depth> values = right.row(8 * i + lane % 4 * 2 + column);
        for (std::size_t row = 0; row < 2; ++row) {
          for (std::size_t k = 0; k < depth; ++k) sums[i][2 * row + column] += rows[row][k] * values[k];
        }
      }
    }
  });
}

}  // namespace colourize::kernels::cuda
