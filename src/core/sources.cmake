target_sources(offload_core
  PRIVATE
    src/core/contents_of.cpp
    src/core/json_parser.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/core/artifact.hpp
    include/offload/core/attempt.hpp
    include/offload/core/base64.hpp
    include/offload/core/batch.hpp
    include/offload/core/caught.hpp
    include/offload/core/command.hpp
    include/offload/core/contents_of.hpp
    include/offload/core/crc32.hpp
    include/offload/core/cut_text.hpp
    include/offload/core/error.hpp
    include/offload/core/execution.hpp
    include/offload/core/fnv1a.hpp
    include/offload/core/framework_event.hpp
    include/offload/core/hidden.hpp
    include/offload/core/ids.hpp
    include/offload/core/inline.hpp
    include/offload/core/is_end_of.hpp
    include/offload/core/joined.hpp
    include/offload/core/json.hpp
    include/offload/core/json_line.hpp
    include/offload/core/keep_tail.hpp
    include/offload/core/line_splitter.hpp
    include/offload/core/match.hpp
    include/offload/core/nearest.hpp
    include/offload/core/outcome.hpp
    include/offload/core/path_glob.hpp
    include/offload/core/preparation_sink.hpp
    include/offload/core/replaced.hpp
    include/offload/core/run_clock.hpp
    include/offload/core/run_event.hpp
    include/offload/core/run_outcome.hpp
    include/offload/core/run_record.hpp
    include/offload/core/run_to_end.hpp
    include/offload/core/secret_mask.hpp
    include/offload/core/shell_words.hpp
    include/offload/core/support_file.hpp
    include/offload/core/test_case.hpp
    include/offload/core/time.hpp
    include/offload/core/trimmed.hpp
    include/offload/core/union_find.hpp
    include/offload/core/utf8.hpp
    include/offload/core/xml_encoding.hpp
    include/offload/core/xml_scanner.hpp)
target_link_libraries(offload_core PRIVATE $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)
offload_add_bodies(core
  base64 command cut_text error framework_event json json_line keep_tail line_splitter nearest outcome path_glob run_event
  run_outcome run_record secret_mask shell_words utf8 xml_scanner)

# JUnit XML, for frameworks that write it: a library of its own, as it needs tinyxml2.
offload_bodies_of(core junit_record)
target_sources(offload_junit
  PRIVATE src/core/junit.cpp src/core/xml_encoding.cpp ${core_bodies}
  PUBLIC FILE_SET HEADERS FILES
    include/offload/core/junit.hpp
    include/offload/core/junit_record.hpp
    include/offload/core/junit_seconds.hpp
    include/offload/core/junit_record-inl.hpp)
target_link_libraries(offload_junit PRIVATE tinyxml2::tinyxml2)
