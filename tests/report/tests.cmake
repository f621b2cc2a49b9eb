offload_add_test_program(report report/failure_causes_test.cpp report/github_reporter_test.cpp
  report/github_test.cpp report/junit_reporter_test.cpp
  report/junit_writer_test.cpp report/local_artifacts_test.cpp report/log_comparison_test.cpp
  report/log_digest_test.cpp report/log_files_test.cpp report/output_directory_test.cpp
  report/event_stream_test.cpp
  report/page_reporter_test.cpp report/run_comparison_test.cpp
  report/progress_block_test.cpp report/progress_state_test.cpp report/progress_test.cpp
  report/summary_test.cpp report/terminal_test.cpp report/test_log_test.cpp
  report/trace_reporter_test.cpp)
