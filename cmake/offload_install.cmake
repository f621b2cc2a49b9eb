# Installing: library, headers, CMake package, documents; where it is built, the command with its
# completions, manual page and schema.
option(OFFLOAD_INSTALL "Install Offload" ${PROJECT_IS_TOP_LEVEL})
if(NOT OFFLOAD_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

# The library is static, so whoever links it links its private libraries too. Those of which we use
# headers only are left out, the others are looked up again by offload-config.cmake.
get_target_property(offload_interface offload INTERFACE_LINK_LIBRARIES)
list(FILTER offload_interface EXCLUDE REGEX "LINK_ONLY:(nlohmann_json|range-v3|CLI11)::")
set_target_properties(offload PROPERTIES INTERFACE_LINK_LIBRARIES "${offload_interface}")

set(OFFLOAD_PRIVATE_DEPENDENCIES "")
foreach(library IN LISTS offload_interface)
  if(library MATCHES "LINK_ONLY:PkgConfig::([^>]+)>")
    string(APPEND OFFLOAD_PRIVATE_DEPENDENCIES
      "find_dependency(PkgConfig)\n"
      "pkg_check_modules(${CMAKE_MATCH_1} REQUIRED QUIET IMPORTED_TARGET ${CMAKE_MATCH_1})\n")
  elseif(library MATCHES "LINK_ONLY:([^:>]+)::")
    string(APPEND OFFLOAD_PRIVATE_DEPENDENCIES "find_dependency(${CMAKE_MATCH_1})\n")
  endif()
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/offload)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/offload-config.cmake.in
  ${PROJECT_BINARY_DIR}/package/offload-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/package/offload-config-version.cmake
  COMPATIBILITY SameMajorVersion)

# Two components: `runtime`, the command with what belongs to it, and `development`, the library.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
install(TARGETS offload EXPORT offload-targets FILE_SET HEADERS)
install(EXPORT offload-targets NAMESPACE offload:: DESTINATION ${package_dir})
install(FILES ${PROJECT_BINARY_DIR}/package/offload-config.cmake
              ${PROJECT_BINARY_DIR}/package/offload-config-version.cmake
        DESTINATION ${package_dir})

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME runtime)
install(FILES LICENSE README.md CHANGELOG.md TYPE DOC)
install(DIRECTORY docs TYPE DOC)
if(TARGET offload_cli)
  install(TARGETS offload_cli)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DATAROOTDIR})
endif()
if(TARGET offload_applier)
  install(TARGETS offload_applier)
endif()
include(offload_package)
