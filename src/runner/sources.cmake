target_sources(offload
  PRIVATE
    src/runner/ledger.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/runner/ledger.hpp
    include/offload/runner/queue.hpp
    include/offload/runner/settings.hpp)
