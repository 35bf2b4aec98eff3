// All inline PTX of the project, and nothing else, so that each function has a twin beside it. When compiled for the
// CPU (COLOURIZE_EMULATION), the functions of tests/emulation/ptx_twins.h replace these, and the kernels run unchanged.
//
// PTX ISA 8.7, chapter 9.7, defines every instruction, its operands and fragments.
#pragma once

#ifdef COLOURIZE_EMULATION
#include "ptx_twins.h"
#else

#include <cstdint>

namespace colourize::kernels::cuda {

// An address of shared memory in the form that PTX takes.
__device__ inline std::uint32_t shared_address(const void* shared) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
}

// Loads 1, 2 or 4 matrices of 8 x 8 16-bit elements from shared memory into a warp's registers. Lane i gives the
// address of row i % 8 of matrix i / 8 (16 bytes, aligned to 16; lanes beyond the matrices give any address). Lane i
// gets elements (i / 4, i % 4 * 2) and the one at its right of each matrix.
template <int matrices>
__device__ inline void ldmatrix(std::uint32_t (&registers)[matrices], const void* row) {
  static_assert(matrices == 1 || matrices == 2 || matrices == 4);
  if constexpr (matrices == 1) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];"
                 : "=r"(registers[0])
                 : "r"(shared_address(row)));
  } else if constexpr (matrices == 2) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
                 : "=r"(registers[0]), "=r"(registers[1])
                 : "r"(shared_address(row)));
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(registers[0]), "=r"(registers[1]), "=r"(registers[2]), "=r"(registers[3])
                 : "r"(shared_address(row)));
  }
}

// The same with each matrix transposed: lane i gets elements (i % 4 * 2, i / 4) and the one below it.
template <int matrices>
__device__ inline void ldmatrix_transposed(std::uint32_t (&registers)[matrices], const void* row) {
  static_assert(matrices == 1 || matrices == 2 || matrices == 4);
  if constexpr (matrices == 1) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x1.trans.shared.b16 {%0}, [%1];"
                 : "=r"(registers[0])
                 : "r"(shared_address(row)));
  } else if constexpr (matrices == 2) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
                 : "=r"(registers[0]), "=r"(registers[1])
                 : "r"(shared_address(row)));
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(registers[0]), "=r"(registers[1]), "=r"(registers[2]), "=r"(registers[3])
                 : "r"(shared_address(row)));
  }
}

// sums += A B for a warp: A is 16 x 16 (two float16 in a register), B is 16 x 8, and the accumulators `sums` are 16 x 8
// in float32.
__device__ inline void mma_f16(float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, "
      "%3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// sums += A B for a warp: A is 16 x 8 and B is 8 x 8, in float32 whose 13 lowest bits are ignored (TF32). The
// accumulators `sums` are 16 x 8 in float32.
__device__ inline void mma_tf32(float (&sums)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, "
      "%3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Begins to fill 16 bytes of shared memory, past the L1 cache and the registers: the first `bytes` (0 to 16) come from
// global memory, then zeros. Both addresses are aligned to 16, even where nothing is read.
__device__ inline void cp_async(void* shared, const void* global, int bytes) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)), "l"(global), "r"(bytes)
               : "memory");
}

// Makes this thread's copies since the last commit a group.
__device__ inline void cp_async_commit() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until all of this thread's groups except the newest `pending` have arrived. Other threads see them after a
// barrier.
template <int pending>
__device__ inline void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(pending) : "memory");
}

}  // namespace colourize::kernels::cuda

#endif
