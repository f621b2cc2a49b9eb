# Installing: library, headers, CMake package, documents; where it is built, the command with its
# completions, manual page and schema.
option(OFFLOAD_INSTALL "Install Offload" ${PROJECT_IS_TOP_LEVEL})
if(NOT OFFLOAD_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/offload)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/offload-config.cmake.in
  ${PROJECT_BINARY_DIR}/package/offload-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/package/offload-config-version.cmake
  COMPATIBILITY SameMajorVersion)

# Two components: `runtime`, the command with what belongs to it, and `development`, the libraries.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)
foreach(name IN LISTS offload_libraries)
  install(TARGETS offload_${name} EXPORT offload-${name}-targets FILE_SET HEADERS)
  install(EXPORT offload-${name}-targets NAMESPACE offload:: DESTINATION ${package_dir})
endforeach()
install(TARGETS offload EXPORT offload-offload-targets FILE_SET HEADERS)
install(EXPORT offload-offload-targets NAMESPACE offload:: DESTINATION ${package_dir})
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
