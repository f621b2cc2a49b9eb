# Debian packages by CPack: `offload`, the command, and `liboffload-dev`, the library.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Parallel test runner over many sandboxes")
set(CPACK_PACKAGE_VENDOR "The Offload authors")
set(CPACK_PACKAGE_CONTACT "The Offload authors <authors@offload.invalid>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian_layout.cmake)

set(CPACK_COMPONENTS_ALL development)
if(TARGET offload_cli)
  list(APPEND CPACK_COMPONENTS_ALL runtime)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME offload)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS git)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
"Offload finds the tests of a project, spreads them over many sandboxes at once
and brings back one verdict per test.
.
It runs pytest, cargo-nextest, vitest, CTest and any test runner that shell
commands can drive, on this machine, in containers or in the cloud.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME liboffload-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
# What offload-config.cmake looks up.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libexpected-dev, libfmt-dev, libgit2-dev, \
libtinyxml2-dev, libtomlplusplus-dev, pkg-config, zlib1g-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
"The library that Offload is made of. Frameworks, providers, schedulers and
reporters are plain structs that satisfy a concept of C++20. This package has
the headers, the static library and the CMake package.")
include(CPack)
