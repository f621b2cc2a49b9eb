# offload_add_compile_test(<module>/compile_fail/<name> EXPECT <regex>)
#
# Two tests of tests/<module>/compile_fail/<name>.cpp: it compiles as it stands, and with
# SHOULD_FAIL defined it stops with a diagnostic that matches the regular expression, and that
# stands among the first lines. Keep them few: one for each message that a user can meet.
function(offload_add_compile_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "EXPECT" "")
  string(REPLACE "/compile_fail/" "." title ${name})
  # No generator expressions for these: from CMake 3.29 on, an empty one is an argument.
  set(flags_of_compiles "")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND flags_of_compiles -fconcepts-diagnostics-depth=2)
  endif()
  set(flags_of_fails ${flags_of_compiles} -DSHOULD_FAIL)
  set(launcher_of_compiles "")
  set(launcher_of_fails python3 ${PROJECT_SOURCE_DIR}/tests/structure/compile_fails.py
    "(error|note): .*${ARG_EXPECT}")
  foreach(kind IN ITEMS compiles fails)
    add_test(NAME CompileFail.${title}.${kind}
      COMMAND ${launcher_of_${kind}} ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only ${flags_of_${kind}}
              "-I$<JOIN:$<TARGET_PROPERTY:offload,INTERFACE_INCLUDE_DIRECTORIES>,;-I>"
              -I${PROJECT_SOURCE_DIR}/tests
              ${PROJECT_SOURCE_DIR}/tests/${name}.cpp
      COMMAND_EXPAND_LISTS)
    set_tests_properties(CompileFail.${title}.${kind} PROPERTIES ENVIRONMENT LC_ALL=C TIMEOUT 60)
  endforeach()
endfunction()
