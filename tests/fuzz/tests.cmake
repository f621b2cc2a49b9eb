offload_add_test_program(fuzz fuzz/saved_inputs_test.cpp)

# The target of libFuzzer, for a build by Clang with `-fsanitize=fuzzer-no-link`.
if(OFFLOAD_BUILD_FUZZERS)
  add_executable(fuzz_readers fuzz/fuzz_readers.cpp)
  target_link_libraries(fuzz_readers PRIVATE offload::offload)
  target_link_options(fuzz_readers PRIVATE -fsanitize=fuzzer)
  target_include_directories(fuzz_readers PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  offload_set_warnings(fuzz_readers)
endif()
