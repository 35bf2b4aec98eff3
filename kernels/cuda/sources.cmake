# The CUDA backend's files: compiled here by nvcc for GPUs, and in tests/emulation by g++ for the CPU.
set(colourize_cuda_host_sources
  backend.cpp choice.cpp devices.cpp packing.cpp picture_operations.cpp prepared_convolution.cpp runtime.cpp)
set(colourize_cuda_kernels
  attention_float32.cu
  convolution_float32.cu
  convolution_wgmma.cu
  depthwise.cu
  direct.cu
  peak.cu
  picture_chroma.cu
  picture_input.cu
  picture_merge.cu
  self_attention_float32.cu)
foreach(name IN LISTS colourize_operations)
  list(APPEND colourize_cuda_kernels ${name}.cu)
endforeach()
list(TRANSFORM colourize_cuda_host_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
list(TRANSFORM colourize_cuda_kernels PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
