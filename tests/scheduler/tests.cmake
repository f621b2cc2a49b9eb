offload_add_test_program(scheduler
  scheduler/constrained_test.cpp
  scheduler/divided_test.cpp
  scheduler/forecast_test.cpp
  scheduler/hedged_test.cpp
  scheduler/pull_test.cpp
  scheduler/shard_test.cpp
  scheduler/simulation_test.cpp)
