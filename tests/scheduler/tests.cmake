offload_add_test_program(scheduler
  scheduler/constrained_test.cpp
  scheduler/pull_test.cpp)
