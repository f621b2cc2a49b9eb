target_sources(offload
  PRIVATE
    src/core/command.cpp
    src/core/error.cpp
    src/core/nearest.cpp
    src/core/junit.cpp
    src/core/outcome.cpp
    src/core/run_event.cpp
    src/core/shell_words.cpp
    src/core/xml_scanner.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/core/attempt.hpp
    include/offload/core/batch.hpp
    include/offload/core/command.hpp
    include/offload/core/error.hpp
    include/offload/core/execution.hpp
    include/offload/core/framework_event.hpp
    include/offload/core/ids.hpp
    include/offload/core/nearest.hpp
    include/offload/core/junit.hpp
    include/offload/core/outcome.hpp
    include/offload/core/run_event.hpp
    include/offload/core/shell_words.hpp
    include/offload/core/support_file.hpp
    include/offload/core/test_case.hpp
    include/offload/core/time.hpp)
target_link_libraries(offload PRIVATE tinyxml2::tinyxml2)
