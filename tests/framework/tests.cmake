offload_add_test_program(framework
  framework/exit_status_reader_test.cpp
  framework/json_seq_test.cpp
  framework/junit_matcher_test.cpp
  framework/line_reader_test.cpp
  framework/output_tail_test.cpp)
