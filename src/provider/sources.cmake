target_sources(offload
  PRIVATE
    src/provider/command_template.cpp
    src/provider/custom.cpp
    src/provider/lifecycle.cpp
    src/provider/local.cpp
    src/provider/sandbox_journal.cpp
    src/provider/sandbox_shell.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/provider/backoff.hpp
    include/offload/provider/command_template.hpp
    include/offload/provider/concept.hpp
    include/offload/provider/custom.hpp
    include/offload/provider/local.hpp
    include/offload/provider/sandbox_journal.hpp
    include/offload/provider/sandbox_shell.hpp)
