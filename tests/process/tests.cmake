offload_add_test_program(process process/child_process_test.cpp process/environment_test.cpp
  process/folder_lock_test.cpp process/line_output_test.cpp
  process/open_files_test.cpp process/received_files_test.cpp process/standard_streams_test.cpp process/stop_signals_test.cpp
  process/temp_folder_test.cpp)
# Any run of Offload ends the processes of dead runners, also those that this test makes.
offload_add_test_program(marked_processes SERIAL process/marked_processes_test.cpp)
offload_add_test_program(forked_child process/forked_child_test.cpp NEEDS python)
