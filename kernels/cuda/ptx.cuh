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

// The same through the L1 cache, for what other copies of this multiprocessor will read again.
__device__ inline void cp_async_cached(void* shared, const void* global, int bytes) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)), "l"(global), "r"(bytes)
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

// wgmma, of compute capability 9.0 alone: PTX ISA 8.7, chapter 9.7.15. Four warps, the first of which has a number that
// is a multiple of four, multiply two matrices out of shared memory while their threads go on.

// Makes what this thread's cp.async have brought visible to wgmma; after cp_async_wait() and before the barrier.
__device__ inline void fence_for_wgmma() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

// Before the first wgmma, and after other instructions have touched accumulators.
__device__ inline void wgmma_fence() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

// Makes this warp group's products since the last commit a group.
__device__ inline void wgmma_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

// Waits until all of the warp group's groups except the newest `pending` have been added to their accumulators.
template <int pending>
__device__ inline void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(pending) : "memory");
}

// The descriptor of a matrix in shared memory whose rows are 128 bytes, eight rows in 1024 bytes, chunks of 16 bytes
// swizzled by the row's number (the 128-byte swizzle). The matrix begins at a multiple of 1024 bytes, or some multiples
// of 32 bytes further on: at other columns.
__device__ inline std::uint64_t matrix_descriptor(const void* shared) {
  constexpr std::uint64_t swizzle_128 = 1ULL << 62;
  constexpr std::uint64_t eight_rows = 1024ULL >> 4 << 32;
  constexpr std::uint64_t unused = 1ULL << 16;  // the leading dimension's distance
  return swizzle_128 | eight_rows | unused | (shared_address(shared) >> 4 & 0x3FFF);
}

// Begins sums += A B for a warp group: A is 64 x 16 in float16, B is 16 x N and lies transposed, both as
// matrix_descriptor() says. N is 8 times the number of fragments. A lane's sums of a fragment are those of mma_f16(),
// for the 16 rows of its warp.
#define COLOURIZE_SUMS(i) "+f"(sums[i][0]), "+f"(sums[i][1]), "+f"(sums[i][2]), "+f"(sums[i][3])
__device__ inline void wgmma_f16(float (&sums)[8][4], const void* a, const void* b) {
  asm volatile(
      "{\n"
      ".reg .pred p;\n"
      "setp.eq.u32 p, 1, 1;\n"
      "wgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {"
      "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
      "}, %32, %33, p, 1, 1, 0, 0;\n"
      "}\n"
      : COLOURIZE_SUMS(0), COLOURIZE_SUMS(1), COLOURIZE_SUMS(2), COLOURIZE_SUMS(3), COLOURIZE_SUMS(4),
        COLOURIZE_SUMS(5), COLOURIZE_SUMS(6), COLOURIZE_SUMS(7)
      : "l"(matrix_descriptor(a)), "l"(matrix_descriptor(b))
      : "memory");
}

__device__ inline void wgmma_f16(float (&sums)[16][4], const void* a, const void* b) {
  asm volatile(
      "{\n"
      ".reg .pred p;\n"
      "setp.eq.u32 p, 1, 1;\n"
      "wgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16 {"
      "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
      "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
      "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
      "}, %64, %65, p, 1, 1, 0, 0;\n"
      "}\n"
      : COLOURIZE_SUMS(0), COLOURIZE_SUMS(1), COLOURIZE_SUMS(2), COLOURIZE_SUMS(3), COLOURIZE_SUMS(4),
        COLOURIZE_SUMS(5), COLOURIZE_SUMS(6), COLOURIZE_SUMS(7), COLOURIZE_SUMS(8), COLOURIZE_SUMS(9),
        COLOURIZE_SUMS(10), COLOURIZE_SUMS(11), COLOURIZE_SUMS(12), COLOURIZE_SUMS(13), COLOURIZE_SUMS(14),
        COLOURIZE_SUMS(15)
      : "l"(matrix_descriptor(a)), "l"(matrix_descriptor(b))
      : "memory");
}

__device__ inline void wgmma_f16(float (&sums)[17][4], const void* a, const void* b) {
  asm volatile(
      "{\n"
      ".reg .pred p;\n"
      "setp.eq.u32 p, 1, 1;\n"
      "wgmma.mma_async.sync.aligned.m64n136k16.f32.f16.f16 {"
      "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
      "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
      "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, "
      "%64, %65, %66, %67"
      "}, %68, %69, p, 1, 1, 0, 0;\n"
      "}\n"
      : COLOURIZE_SUMS(0), COLOURIZE_SUMS(1), COLOURIZE_SUMS(2), COLOURIZE_SUMS(3), COLOURIZE_SUMS(4),
        COLOURIZE_SUMS(5), COLOURIZE_SUMS(6), COLOURIZE_SUMS(7), COLOURIZE_SUMS(8), COLOURIZE_SUMS(9),
        COLOURIZE_SUMS(10), COLOURIZE_SUMS(11), COLOURIZE_SUMS(12), COLOURIZE_SUMS(13), COLOURIZE_SUMS(14),
        COLOURIZE_SUMS(15), COLOURIZE_SUMS(16)
      : "l"(matrix_descriptor(a)), "l"(matrix_descriptor(b))
      : "memory");
}
#undef COLOURIZE_SUMS

}  // namespace colourize::kernels::cuda

#endif
