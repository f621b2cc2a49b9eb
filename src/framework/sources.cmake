target_sources(offload
  PUBLIC FILE_SET HEADERS FILES
    include/offload/framework/concept.hpp)
