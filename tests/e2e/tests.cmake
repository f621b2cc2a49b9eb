# The offload command on real projects: one test a file, run by the pytest of the python3 in PATH.
file(GLOB end_to_end_files CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/test_*.py")
foreach(path IN LISTS end_to_end_files)
  cmake_path(GET path STEM file)
  add_test(NAME EndToEnd.${file}
    COMMAND python3 -m pytest -q -p no:cacheprovider "${path}")
  set_tests_properties(EndToEnd.${file} PROPERTIES TIMEOUT 300
    ENVIRONMENT "OFFLOAD_BINARY=$<TARGET_FILE:offload_cli>")
endforeach()
