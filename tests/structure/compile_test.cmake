# offload_add_compile_test(<module>/compile_fail/<name> EXPECT <regex>)
#
# Two tests of tests/<module>/compile_fail/<name>.cpp: it compiles as it stands, and with
# SHOULD_FAIL defined it stops with a diagnostic that matches the regular expression. Keep them few:
# one for each message that a user can meet.
function(offload_add_compile_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "EXPECT" "")
  string(REPLACE "/compile_fail/" "." title ${name})
  foreach(kind IN ITEMS compiles fails)
    add_test(NAME CompileFail.${title}.${kind}
      COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only
              $<$<STREQUAL:${CMAKE_CXX_COMPILER_ID},GNU>:-fconcepts-diagnostics-depth=2>
              "-I$<JOIN:$<TARGET_PROPERTY:offload,INTERFACE_INCLUDE_DIRECTORIES>,;-I>"
              -I${PROJECT_SOURCE_DIR}/tests
              $<$<STREQUAL:${kind},fails>:-DSHOULD_FAIL>
              ${PROJECT_SOURCE_DIR}/tests/${name}.cpp
      COMMAND_EXPAND_LISTS)
    set_tests_properties(CompileFail.${title}.${kind} PROPERTIES ENVIRONMENT LC_ALL=C TIMEOUT 60)
  endforeach()
  set_tests_properties(CompileFail.${title}.fails PROPERTIES
    PASS_REGULAR_EXPRESSION "(error|note): [^\n]*${ARG_EXPECT}")
endfunction()
