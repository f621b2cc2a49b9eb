target_sources(offload
  PUBLIC FILE_SET HEADERS FILES
    include/offload/config/group.hpp)
