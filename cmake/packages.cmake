# Three Debian packages of the three components that are installed: the program, the library, and what one compiles
# against. `./do package` makes them. Debian's policy: https://www.debian.org/doc/debian-policy/
if(COLOURIZE_GPU AND NOT COLOURIZE_CUDA)
  message(FATAL_ERROR "Packages with the CUDA backend need nvcc 12.0 or newer; the preset `package` makes those without it")
endif()
if(NOT TARGET TIFF::TIFF OR NOT TARGET PkgConfig::WEBP OR NOT TARGET PkgConfig::OPENJPEG OR NOT TARGET PkgConfig::JPEG_XL
   OR NOT TARGET PkgConfig::HEIF OR NOT TARGET PkgConfig::OPENEXR)
  message(FATAL_ERROR
    "Packages know every picture format: install libtiff-dev, libwebp-dev, libopenjp2-7-dev, libjxl-dev, \
libheif-dev and libopenexr-dev")
endif()
include(GNUInstallDirs)
# The repository names no address that takes letters (.invalid: RFC 2606); whoever publishes the packages gives theirs.
set(COLOURIZE_MAINTAINER "The Colourize authors <authors@colourize.invalid>" CACHE STRING
  "Whom the packages name as their maintainer")
set(release 1)
if(COLOURIZE_CUDA)
  string(APPEND release "+cuda${CUDAToolkit_VERSION_MAJOR}.${CUDAToolkit_VERSION_MINOR}")
endif()
set(debian_version ${PROJECT_VERSION}-${release})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME colourize)
set(CPACK_PACKAGE_VENDOR "The Colourize authors")
set(CPACK_PACKAGE_CONTACT ${COLOURIZE_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program library development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME colourize)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS ca-certificates)  # to fetch models
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "give old photographs and films their colours
Colourize gives black-and-white photographs and films their colours. A photo
keeps its own brightness, size, depth and metadata; a film keeps its sound,
subtitles and timestamps, and an interrupted one resumes where it stopped.
.
A small generator of its own is part of the program. It also runs the
generators of DeOldify, which it downloads and converts.")

set(soname_package libcolourize${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${soname_package})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "give pictures and films their colours - shared library
The library of Colourize gives black-and-white photographs, films and pictures
in memory their colours, for programs in C and C++.
.
This package has what such programs need to run.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libcolourize-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
# The packages behind colourize.pc's Requires.private and ColourizeConfig.cmake's find_dependency().
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "${soname_package} (= ${debian_version}), libexiv2-dev, libfmt-dev, libhwy-dev, libjpeg-dev, liblcms2-dev, libpng-dev, \
libtiff-dev, libwebp-dev, libopenjp2-7-dev, libjxl-dev, libheif-dev, libopenexr-dev, libssl-dev, libminizip-dev, libavformat-dev, libavcodec-dev, libavutil-dev, libswscale-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "give pictures and films their colours - development files
The library of Colourize gives black-and-white photographs, films and pictures
in memory their colours, for programs in C and C++.
.
This package has what such programs need to be compiled: the headers, the
static library, files for CMake and pkg-config, and examples.")

# What every package says of itself: the licence and what is new, for people and for Debian's tools.
set(folder ${PROJECT_BINARY_DIR}/packaging)
function(write_compressed name text)
  file(WRITE ${folder}/${name} "${text}")
  execute_process(COMMAND gzip -9nf ${folder}/${name} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
file(READ LICENSE licence)
string(REGEX REPLACE "^MIT License\n\n[^\n]*\n\n" "" licence "${licence}")
string(REGEX REPLACE "\n+$" "" licence "${licence}")
string(REPLACE "\n\n" "\n.\n" licence "${licence}")
string(REPLACE "\n" "\n " licence " ${licence}")
configure_file(packaging/copyright.in ${folder}/copyright @ONLY)
execute_process(COMMAND date --utc --rfc-email --date ${COLOURIZE_DATE} OUTPUT_VARIABLE date
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(READ CHANGELOG.md changelog)
write_compressed(changelog "${changelog}")
write_compressed(changelog.Debian "colourize (${debian_version}) unstable; urgency=medium

  * Version ${PROJECT_VERSION}; the file changelog says what is new.

 -- ${COLOURIZE_MAINTAINER}  ${date}
")
foreach(component PROGRAM LIBRARY DEVELOPMENT)
  string(TOLOWER ${component} name)
  install(FILES ${folder}/copyright ${folder}/changelog.gz ${folder}/changelog.Debian.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${component}_PACKAGE_NAME} COMPONENT ${name})
  set(package ${CPACK_DEBIAN_${component}_PACKAGE_NAME})
  configure_file(packaging/lintian-overrides.in ${folder}/lintian/${package} @ONLY)
  install(FILES ${folder}/lintian/${package} DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides COMPONENT ${name})
endforeach()
# The dynamic linker's cache is made again when the library comes and goes. The trigger is Debian's way; CPack writes a
# postinst and a postrm that do it too, and cannot be told not to.
file(WRITE ${folder}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${folder}/triggers)
file(APPEND ${folder}/lintian/${soname_package} "# CPack writes both scripts beside the trigger.
${soname_package}: maintscript-calls-ldconfig *
")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS LICENSE CHANGELOG.md)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libcolourize-dev COMPONENT development)
include(CPack)
