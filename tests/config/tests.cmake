offload_add_test_program(config
  config/defaults_test.cpp
  config/errors_test.cpp
  config/expand_test.cpp
  config/rules_test.cpp
  config/users_files_test.cpp
  config/values_test.cpp
  config/warnings_test.cpp)
