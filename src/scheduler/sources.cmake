target_sources(offload_scheduler PUBLIC FILE_SET HEADERS FILES
  include/offload/scheduler/batch_costs.hpp
  include/offload/scheduler/batch_costs_tuning.hpp
  include/offload/scheduler/concept.hpp
  include/offload/scheduler/constrained.hpp
  include/offload/scheduler/default_scheduler.hpp
  include/offload/scheduler/divided.hpp
  include/offload/scheduler/estimates.hpp
  include/offload/scheduler/estimates_tuning.hpp
  include/offload/scheduler/forecast.hpp
  include/offload/scheduler/hedged.hpp
  include/offload/scheduler/packed_tests.hpp
  include/offload/scheduler/packed_tests_tuning.hpp
  include/offload/scheduler/pull.hpp
  include/offload/scheduler/reversed_bits.hpp
  include/offload/scheduler/shard.hpp
  include/offload/scheduler/simulation.hpp
  include/offload/scheduler/unknown_tests.hpp
  include/offload/scheduler/unknown_tests_tuning.hpp)
offload_add_bodies(scheduler
  batch_costs constrained default_scheduler divided estimates forecast hedged packed_tests pull shard simulation unknown_tests)
