// CUDA as the kernels here use it: the runtime's headers, a block's shared memory, and the launch of a kernel. When
// compiled for the CPU (COLOURIZE_EMULATION), tests/emulation/cuda_twins.h replaces all of it.
#pragma once

#ifdef COLOURIZE_EMULATION
#include "cuda_twins.h"
#else

#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include "kernels/cuda/runtime.h"

namespace colourize::kernels::cuda {

// The block's dynamic shared memory, aligned to 1024 bytes, which wgmma's swizzle takes.
__device__ inline unsigned char* shared_memory() {
  extern __shared__ __align__(1024) unsigned char memory[];
  return memory;
}

// One load or store of 8 or 16 bytes, aligned to its size: float2, float4, uint4.
template <class Vector>
__device__ inline Vector load_vector(const void* from) {
  return *static_cast<const Vector*>(from);
}
template <class Vector>
__device__ inline void store_vector(void* to, const Vector& vector) {
  *static_cast<Vector*>(to) = vector;
}

// Throws Error where the launch cannot be made. Nothing else would report it, and the kernel's output would count as
// written.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, cudaStream_t stream,
            const Arguments&... arguments) {
  // A kernel must ask for more shared memory than this.
  constexpr std::size_t granted_bytes = std::size_t{48} * 1024;
  if (shared_bytes > granted_bytes) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes)),
          "giving a kernel its shared memory");
  }
  // clang-format off
  kernel<<<grid, block, shared_bytes, stream>>>(arguments...);
  // clang-format on
  check(cudaGetLastError(), "launching a kernel");
}

}  // namespace colourize::kernels::cuda

#endif
