# The program offload-apply-diff: the sources of the module image, linked statically, so that it runs
# in an image that has nothing. Its bytes are in the library, as offload::applier_program().
include(CheckCXXSourceCompiles)

# A static archive and no shared library: of zlib, whose package has both.
find_library(OFFLOAD_STATIC_ZLIB NAMES libz.a)
mark_as_advanced(OFFLOAD_STATIC_ZLIB)

function(offload_check_static_linking)
  set(CMAKE_REQUIRED_QUIET ON)
  set(CMAKE_REQUIRED_FLAGS -fno-sanitize=all)
  set(CMAKE_REQUIRED_LINK_OPTIONS -static)
  set(CMAKE_REQUIRED_INCLUDES ${ZLIB_INCLUDE_DIRS})
  set(CMAKE_REQUIRED_LIBRARIES ${OFFLOAD_STATIC_ZLIB})
  check_cxx_source_compiles("
    #include <string>
    #include <zlib.h>
    int main() { return std::string(zlibVersion()).empty(); }" OFFLOAD_LINKS_STATICALLY)
endfunction()
if(OFFLOAD_STATIC_ZLIB)
  offload_check_static_linking()
endif()
option(OFFLOAD_BUILD_APPLIER "Build offload-apply-diff and embed it" ${OFFLOAD_LINKS_STATICALLY})

# offload_add_applier(<source>...): the program, and applier_program() in the library.
function(offload_add_applier)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/applier_program.cpp)
  if(NOT OFFLOAD_BUILD_APPLIER)
    message(STATUS "No static libraries: building without offload-apply-diff")
    file(CONFIGURE OUTPUT ${output} CONTENT "
#include <offload/image/applier_program.hpp>
std::string_view offload::applier_program() { return {}; }
")
    target_sources(offload_image PRIVATE ${output})
    return()
  endif()
  add_executable(offload_applier ${ARGN})
  set_target_properties(offload_applier PROPERTIES
    OUTPUT_NAME offload-apply-diff RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
    UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0 CXX_CLANG_TIDY "")
  target_compile_features(offload_applier PRIVATE cxx_std_20)
  target_include_directories(offload_applier PRIVATE include ${ZLIB_INCLUDE_DIRS})
  # Small, and the same in every configuration; no shared fmt, and none of the library's locales.
  target_compile_definitions(offload_applier PRIVATE
    FMT_HEADER_ONLY FMT_STATIC_THOUSANDS_SEPARATOR=',')
  target_compile_options(offload_applier PRIVATE
    -Os -g0 -fno-sanitize=all -ffunction-sections -fdata-sections)
  target_link_options(offload_applier PRIVATE -static -s -fno-sanitize=all -Wl,--gc-sections)
  target_link_libraries(offload_applier PRIVATE tl::expected ${OFFLOAD_STATIC_ZLIB})
  # The assembler takes the bytes as they are: a megabyte as an array takes a compiler seconds.
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=$<TARGET_FILE:offload_applier> -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/cmake/embed_program.cmake
    DEPENDS offload_applier $<TARGET_FILE:offload_applier>
            ${PROJECT_SOURCE_DIR}/cmake/embed_program.cmake
    VERBATIM)
  target_sources(offload_image PRIVATE ${output})
endfunction()
