target_sources(offload
  PRIVATE
    src/scheduler/constrained.cpp
    src/scheduler/pull.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/scheduler/concept.hpp
    include/offload/scheduler/constrained.hpp
    include/offload/scheduler/pull.hpp)
