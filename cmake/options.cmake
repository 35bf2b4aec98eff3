# What all of our own code is compiled with. Links nothing by itself.
add_library(colourize_options INTERFACE)
get_filename_component(colourize_root ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
target_include_directories(colourize_options INTERFACE ${colourize_root})
# The list of operations, which many folders' lists of files are made of, and the headers made from it.
include(${colourize_root}/kernels/operations.cmake)
target_include_directories(colourize_options INTERFACE ${CMAKE_BINARY_DIR}/generated)
target_compile_options(colourize_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wconversion -Werror>
  # A designated initialiser that leaves members to their defaults is meant so.
  $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>
  # What GCC finds by following inlined library code differs with its version and is often wrong (its bug 105651, say): these
  # warn, but do not keep anybody from building with a compiler that we have not seen.
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict -Wno-error=array-bounds -Wno-error=stringop-overflow
  -Wno-error=stringop-overread -Wno-error=maybe-uninitialized -Wno-error=free-nonheap-object>
  # One rounding an operation, on every machine: results do not depend on where a compiler finds a fused multiply-add.
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)
target_link_libraries(colourize_options INTERFACE colourize_sanitizers)

# What finds errors at run time; on other people's code too, where we compile it.
add_library(colourize_sanitizers INTERFACE)
if(COLOURIZE_SANITIZE)
  target_compile_options(colourize_sanitizers INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer>)
  target_link_options(colourize_sanitizers INTERFACE -fsanitize=address,undefined)
  # GCC says itself that the instrumented code makes this warning wrong.
  target_compile_options(colourize_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>)
endif()
if(COLOURIZE_SANITIZE_THREADS)
  target_compile_options(colourize_sanitizers INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=thread>)
  target_link_options(colourize_sanitizers INTERFACE -fsanitize=thread)
endif()
if(COLOURIZE_FUZZ)
  target_compile_options(colourize_sanitizers INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)
endif()
