offload_add_test_program(report report/junit_reporter_test.cpp report/local_artifacts_test.cpp
  report/junit_writer_test.cpp
  report/log_files_test.cpp report/output_directory_test.cpp report/test_log_test.cpp)
