offload_add_test_program(process process/child_process_test.cpp process/environment_test.cpp
  process/marked_processes_test.cpp process/standard_streams_test.cpp)
