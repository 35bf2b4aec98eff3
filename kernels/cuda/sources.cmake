# The CUDA backend's files: compiled here by nvcc for GPUs, and in tests/emulation by g++ for the CPU.
set(colourize_cuda_host_sources backend.cpp choice.cpp devices.cpp packing.cpp picture_operations.cpp runtime.cpp)
set(colourize_cuda_kernels
  concatenate.cu
  convolution.cu
  convolution_float32.cu
  depthwise.cu
  direct.cu
  max_pool.cu
  peak.cu
  picture_chroma.cu
  picture_input.cu
  picture_merge.cu
  pointwise.cu
  resize_nearest.cu
  self_attention.cu
  self_attention_float32.cu
  sigmoid_range.cu
  softmax.cu
  upsample.cu)
list(TRANSFORM colourize_cuda_host_sources PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
list(TRANSFORM colourize_cuda_kernels PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
