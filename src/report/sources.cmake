target_sources(offload
  PRIVATE
    src/report/file_access.cpp
    src/report/junit_reporter.cpp
    src/report/junit_writer.cpp
    src/report/local_artifacts.cpp
    src/report/log_files.cpp
    src/report/output_directory.cpp
    src/report/test_log.cpp
    src/report/xml_text.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/report/concept.hpp
    include/offload/report/junit_reporter.hpp
    include/offload/report/junit_writer.hpp
    include/offload/report/local_artifacts.hpp
    include/offload/report/log_files.hpp
    include/offload/report/optional.hpp
    include/offload/report/output_directory.hpp
    include/offload/report/test_log.hpp)
target_link_libraries(offload PRIVATE PkgConfig::re2)
