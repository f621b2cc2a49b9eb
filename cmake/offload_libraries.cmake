# The libraries, lowest first, and what each links.
set(offload_libraries "")
set(offload_links "")

# offload_add_library(<name> LINKS <library>...): offload::<name>, whose sources and headers are listed
# in src/<name>/sources.cmake.
function(offload_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "" "" LINKS)
  set(target offload_${name})
  add_library(${target} STATIC)
  add_library(offload::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} VERIFY_INTERFACE_HEADER_SETS ON)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${target} PUBLIC ${library_LINKS})
  offload_set_warnings(${target})
  list(APPEND offload_libraries ${name})
  set(offload_libraries ${offload_libraries} PARENT_SCOPE)
  # For the package: those of ours that it cannot do without.
  set(own ${library_LINKS})
  list(FILTER own INCLUDE REGEX "^offload::")
  list(TRANSFORM own REPLACE "^offload::" "")
  string(APPEND offload_links "set(offload_${name}_links ${own})\n")
  set(offload_links "${offload_links}" PARENT_SCOPE)
endfunction()

# offload_add_front_door(): offload::offload, all libraries and <offload/offload.hpp>.
function(offload_add_front_door)
  add_library(offload INTERFACE)
  add_library(offload::offload ALIAS offload)
  set_target_properties(offload PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_sources(offload INTERFACE FILE_SET HEADERS
    BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES include/offload/offload.hpp)
  list(TRANSFORM offload_libraries PREPEND offload:: OUTPUT_VARIABLE all)
  list(REVERSE all)
  target_link_libraries(offload INTERFACE ${all})
endfunction()
