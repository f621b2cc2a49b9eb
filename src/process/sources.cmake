target_sources(offload
  PRIVATE
    src/process/child_process.cpp
    src/process/environment.cpp
    src/process/exit_watch.cpp
    src/process/marked_processes.cpp
    src/process/pipe.cpp
    src/process/stop_signals.cpp
    src/process/temp_folder.cpp
    src/process/unique_fd.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/process/child_process.hpp
    include/offload/process/environment.hpp
    include/offload/process/marked_processes.hpp
    include/offload/process/stop_signals.hpp
    include/offload/process/temp_folder.hpp
    include/offload/process/unique_fd.hpp)
