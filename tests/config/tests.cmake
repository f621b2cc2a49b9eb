offload_add_test_program(config config/expand_test.cpp config/users_files_test.cpp)
