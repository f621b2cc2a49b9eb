target_sources(offload
  PRIVATE
    src/report/file_access.cpp
    src/report/junit_writer.cpp
    src/report/xml_text.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/report/concept.hpp
    include/offload/report/junit_writer.hpp)
