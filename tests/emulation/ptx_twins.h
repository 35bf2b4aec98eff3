// The twins of kernels/cuda/ptx.cuh, where it is said what each does: the same functions, computed on the CPU by the
// fragment maps of the PTX ISA (8.7, chapter 9.7.14), and tested lane by lane against tests/golden/fragments.csv. Each
// also throws emulation::Failure where lanes meet in different places, or an address is not aligned or no shared
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>

namespace colourize::kernels::cuda {

// The number whose float16 bits are the 16 lower ones.
float float_of_half(std::uint32_t bits);

// Of 1, 2 and 4 matrices.
template <int matrices>
void ldmatrix(std::uint32_t (&registers)[matrices], const void* row,
              std::source_location where = std::source_location::current());
template <int matrices>
void ldmatrix_transposed(std::uint32_t (&registers)[matrices], const void* row,
                         std::source_location where = std::source_location::current());

void mma_f16(float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
             std::source_location where = std::source_location::current());
void mma_tf32(float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
              std::source_location where = std::source_location::current());

void cp_async(void* shared, const void* global, int bytes,
              std::source_location where = std::source_location::current());
void cp_async_cached(void* shared, const void* global, int bytes,
                     std::source_location where = std::source_location::current());
void cp_async_commit();
void cp_async_wait_all_but(std::size_t pending);
template <int pending>
void cp_async_wait() {
  cp_async_wait_all_but(pending);
}

// wgmma_twins.cpp. A product is computed at the wait that includes it, and what it reads is recorded at its beginning
// and at that wait.
void fence_for_wgmma();
inline void wgmma_fence() {}  // orders registers, which no other thread sees
void wgmma_commit();
void wgmma_wait_all_but(std::size_t pending);
template <int pending>
void wgmma_wait() {
  wgmma_wait_all_but(pending);
}
void begin_wgmma(float (*sums)[4], std::size_t fragments, const void* a, const void* b,
                 const std::source_location& where);
template <std::size_t fragments>
void wgmma_f16(float (&sums)[fragments][4], const void* a, const void* b,
               std::source_location where = std::source_location::current()) {
  begin_wgmma(sums, fragments, a, b, where);
}

}  // namespace colourize::kernels::cuda
