# Whether CUDA's compiler is here, found or left out by itself: a build without it is complete for everyone without an NVIDIA GPU.
# Sets COLOURIZE_CUDA. The headers alone, where they are, are enough for the tests that run the kernels on the CPU.
option(COLOURIZE_GPU "Compile the CUDA backend for GPUs, where nvcc is found" ON)
find_package(CUDAToolkit QUIET)
set(COLOURIZE_CUDA OFF)
# The sanitizers are the CPU's, and so is what the fuzzers fuzz.
if(COLOURIZE_GPU AND CUDAToolkit_NVCC_EXECUTABLE AND NOT COLOURIZE_SANITIZE AND NOT COLOURIZE_FUZZ)
  set(CMAKE_CUDA_COMPILER ${CUDAToolkit_NVCC_EXECUTABLE})
  # Every generation from the first with these tensor-core instructions on, as far as this nvcc knows them; PTX of the newest for
  # those that come, and of the oldest for those between that are not named. 90a: 9.0 with wgmma, which only code for exactly
  # this generation may use.
  set(known 80 86)
  foreach(generation 11.8:89 12.0:90a 12.8:100 12.8:120)
    string(REPLACE ":" ";" pair ${generation})
    list(GET pair 0 since)
    list(GET pair 1 architecture)
    if(CUDAToolkit_VERSION VERSION_GREATER_EQUAL since)
      list(APPEND known ${architecture})
    endif()
  endforeach()
  # CMake's own variable asks for others; fewer compile faster.
  if(DEFINED ENV{CUDAARCHS})
    set(CMAKE_CUDA_ARCHITECTURES $ENV{CUDAARCHS})
  else()
    set(CMAKE_CUDA_ARCHITECTURES ${known})
    list(TRANSFORM CMAKE_CUDA_ARCHITECTURES APPEND -real)
    list(GET known -1 newest)
    list(APPEND CMAKE_CUDA_ARCHITECTURES 80-virtual ${newest}-virtual)
  endif()
  include(CheckLanguage)
  check_language(CUDA)
  # 12.0 is the first that compiles C++20.
  if(CMAKE_CUDA_COMPILER AND CUDAToolkit_VERSION VERSION_GREATER_EQUAL 12.0)
    enable_language(CUDA)
    # What CMake 3.25 does not know yet.
    if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    endif()
    set(CMAKE_CUDA_STANDARD 20)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(CMAKE_CUDA_EXTENSIONS OFF)
    set(CMAKE_CUDA_RUNTIME_LIBRARY Static)
    set(COLOURIZE_CUDA ON)
  endif()
endif()
if(COLOURIZE_CUDA)
  message(STATUS "CUDA ${CUDAToolkit_VERSION}: building for ${CMAKE_CUDA_ARCHITECTURES}")
else()
  message(STATUS "CUDA not used: building for CPUs")
endif()

# What nvcc is told for our kernels. Warnings are errors, and so are registers that spill and local memory: by the nvcc that they were
# written with. Another one may do better or worse, and must not keep anybody from building.
set(strict)
if(CUDAToolkit_VERSION MATCHES "^13\\.0\\.")
  set(strict -Werror all-warnings -Xptxas=--warn-on-spills,--warn-on-local-memory-usage,--warning-as-error)
endif()
add_library(colourize_cuda_options INTERFACE)
target_compile_options(colourize_cuda_options INTERFACE
  "$<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr;-Xcompiler=-Wall,-Wextra,-Wno-missing-field-initializers;${strict}>")
