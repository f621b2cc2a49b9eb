# Tests of the project's shape: what may include what, what a concept asks for, what a wrong policy
# is told by the compiler.
include(structure/compile_test.cmake)

# Archetypes and near misses of the concepts. The archetypes' functions have no bodies, so this is
# compiled and never linked.
add_library(concept_tests OBJECT
  core/concept_test.cpp
  framework/concept_test.cpp
  history/concept_test.cpp
  provider/concept_test.cpp
  report/concept_test.cpp
  scheduler/concept_test.cpp)
target_link_libraries(concept_tests PRIVATE offload::offload)
target_include_directories(concept_tests PRIVATE ${PROJECT_SOURCE_DIR}/tests)
offload_set_warnings(concept_tests)

# Each library links with no more than it says: an arrow upwards in the module map does not link.
foreach(library IN LISTS offload_libraries)
  add_executable(link_${library} ${CMAKE_CURRENT_LIST_DIR}/link.cpp)
  target_link_libraries(link_${library} PRIVATE
    $<LINK_LIBRARY:WHOLE_ARCHIVE,offload_${library}>)
endforeach()

# What the compiler says to somebody whose policy is nearly right.
offload_add_compile_test(core/compile_fail/handler_that_takes_no_event
  EXPECT "a handler takes one kind of event by constant reference")
offload_add_compile_test(framework/compile_fail/framework_without_name
  EXPECT "'name' is not a member of 'offload::testing::my_framework'")
offload_add_compile_test(framework/compile_fail/interrupted_that_answers
  EXPECT "interrupted\\(framework_event_sink const&\\) must return void")
offload_add_compile_test(framework/compile_fail/misspelt_property
  EXPECT "has no non-static data member named 'biggest_batch'")
offload_add_compile_test(provider/compile_fail/provider_without_name
  EXPECT "'name' is not a member of 'offload::testing::my_provider'")
offload_add_compile_test(runner/compile_fail/bare_sandbox
  EXPECT "'p.create\\(spec, stop\\)' does not satisfy return-type-requirement")
offload_add_compile_test(runner/compile_fail/framework_that_changes
  EXPECT "the required expression 'f.run\\(tests, context\\)' is invalid")
offload_add_compile_test(runner/compile_fail/policies_in_disorder
  EXPECT "a runner takes, in this order: a provider, a framework, a scheduler if any")
offload_add_compile_test(runner/compile_fail/prepare_without_stop
  EXPECT "prepare must take \\(preparation_sink const&, std::stop_token\\)")
offload_add_compile_test(runner/compile_fail/reporter_of_one_event
  EXPECT "the required expression 'r.on\\(event\\)' is invalid")
offload_add_compile_test(runner/compile_fail/sandbox_that_cannot_move
  EXPECT "a provider's sandboxes must be movable")
offload_add_compile_test(runner/compile_fail/scheduler_of_single_tests
  EXPECT "'s.next\\(slot\\)' does not satisfy return-type-requirement")
offload_add_compile_test(runner/compile_fail/worker_without_its_rest
  EXPECT "must be a WorkerFramework: it also has worker_reader")

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME Structure.HoldsToTheModuleMap
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/check.py ${PROJECT_SOURCE_DIR})
add_test(NAME Structure.EveryRuleCanBeBroken
  COMMAND Python3::Interpreter -B ${CMAKE_CURRENT_LIST_DIR}/check_test.py)
add_test(NAME Structure.TextsArePlain
  COMMAND Python3::Interpreter -B ${CMAKE_CURRENT_LIST_DIR}/words.py ${PROJECT_SOURCE_DIR})
add_test(NAME Structure.EveryPhraseIsFound
  COMMAND Python3::Interpreter -B ${CMAKE_CURRENT_LIST_DIR}/words_test.py)
add_test(NAME Structure.SrcTouchesTheWorld
  COMMAND Python3::Interpreter ${CMAKE_CURRENT_LIST_DIR}/why_in_src.py ${PROJECT_SOURCE_DIR})
