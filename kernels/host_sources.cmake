# The backends that compute on the host: compiled here, and once more for the tests that run them under sanitizers.
set(colourize_host_kernels
  cpu/backend.cpp
  cpu/choice.cpp
  cpu/depthwise.cpp
  cpu/dot_products.cpp
  cpu/implicit_gemm.cpp
  cpu/packing.cpp
  cpu/peak.cpp
  cpu/pictures.cpp
  cpu/streamed_weights.cpp
  cpu/streamed_winograd.cpp
  cpu/targets.cpp
  cpu/winograd.cpp
  cpu/winograd_packing.cpp
  reference/backend.cpp
  reference/pictures.cpp)
foreach(name IN LISTS colourize_operations)
  list(APPEND colourize_host_kernels cpu/${name}.cpp reference/${name}.cpp)
endforeach()
list(TRANSFORM colourize_host_kernels PREPEND ${CMAKE_CURRENT_LIST_DIR}/)
