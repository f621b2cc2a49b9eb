target_sources(offload
  PRIVATE
    src/scheduler/constrained.cpp
    src/scheduler/divided.cpp
    src/scheduler/estimates.cpp
    src/scheduler/hedged.cpp
    src/scheduler/pull.cpp
    src/scheduler/simulation.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/scheduler/concept.hpp
    include/offload/scheduler/constrained.hpp
    include/offload/scheduler/divided.hpp
    include/offload/scheduler/estimates.hpp
    include/offload/scheduler/hedged.hpp
    include/offload/scheduler/pull.hpp
    include/offload/scheduler/simulation.hpp)
