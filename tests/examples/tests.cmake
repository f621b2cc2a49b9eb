# The example runners on their sample projects, and the documentation against the program. pytest is
# that of the PATH, as in the tests of the plugin.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Programs that the documentation shows in full.
function(offload_add_documented_program name)
  add_executable(${name} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE offload::offload)
  offload_set_warnings(${name})
endfunction()
offload_add_documented_program(copying_provider)
offload_add_documented_program(name_estimator)
offload_add_documented_program(slow_test_reporter)
offload_add_documented_program(print_reference)

function(offload_add_example_test case program)
  add_test(NAME Examples.${case}
    COMMAND python3 -B ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/examples_test.py ${case}
            ${PROJECT_SOURCE_DIR} $<TARGET_FILE:${program}>)
  set_tests_properties(Examples.${case} PROPERTIES TIMEOUT 120 LABELS needs-python)
endfunction()
if(OFFLOAD_BUILD_EXAMPLES)
  offload_add_example_test(CustomFramework run_scripts)
  offload_add_example_test(CustomScheduler run_shuffled)
endif()
offload_add_example_test(CopyingProvider copying_provider)
offload_add_example_test(NameEstimator name_estimator)
offload_add_example_test(SlowTestReporter slow_test_reporter)

if(OFFLOAD_BUILD_CLI)
  set(docs_test ${CMAKE_CURRENT_LIST_DIR}/docs_test.py ${PROJECT_SOURCE_DIR}
      $<TARGET_FILE:offload_cli> $<TARGET_FILE:print_reference>)
  add_test(NAME Examples.DocumentationIsTrue COMMAND Python3::Interpreter -B ${docs_test})
  # Writes the generated parts of the documentation anew.
  add_custom_target(update_docs COMMAND Python3::Interpreter -B ${docs_test} --update
    DEPENDS offload_cli print_reference VERBATIM)
endif()
