target_sources(offload
  PUBLIC FILE_SET HEADERS FILES
    include/offload/scheduler/concept.hpp)
