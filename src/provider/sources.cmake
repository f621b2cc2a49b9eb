target_sources(offload
  PRIVATE
    src/provider/local.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/provider/concept.hpp
    include/offload/provider/local.hpp)
