target_sources(offload
  PRIVATE
    src/report/failure_causes.cpp
    src/report/failure_text.cpp
    src/report/event_reader.cpp
    src/report/event_stream.cpp
    src/report/iso_time.cpp
    src/report/json_line.cpp
    src/report/junit_reporter.cpp
    src/report/junit_writer.cpp
    src/report/local_artifacts.cpp
    src/report/log_files.cpp
    src/report/normalised.cpp
    src/report/output_directory.cpp
    src/report/html_text.cpp
    src/report/page_file.cpp
    src/report/page_head.cpp
    src/report/page_html.cpp
    src/report/page_json.cpp
    src/report/page_reporter.cpp
    src/report/progress.cpp
    src/report/progress_block.cpp
    src/report/progress_state.cpp
    src/report/run_comparison.cpp
    src/report/summary.cpp
    src/report/terminal.cpp
    src/report/terminal_text.cpp
    src/report/test_log.cpp
    src/report/trace_file.cpp
    src/report/trace_reporter.cpp
    src/report/xml_text.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/report/artifact_folders.hpp
    include/offload/report/concept.hpp
    include/offload/report/failure_causes.hpp
    include/offload/report/event_reader.hpp
    include/offload/report/event_stream.hpp
    include/offload/report/junit_reporter.hpp
    include/offload/report/junit_writer.hpp
    include/offload/report/local_artifacts.hpp
    include/offload/report/log_files.hpp
    include/offload/report/optional.hpp
    include/offload/report/output_directory.hpp
    include/offload/report/page_record.hpp
    include/offload/report/page_reporter.hpp
    include/offload/report/progress.hpp
    include/offload/report/run_comparison.hpp
    include/offload/report/run_header.hpp
    include/offload/report/summary.hpp
    include/offload/report/terminal.hpp
    include/offload/report/test_log.hpp
    include/offload/report/trace_file.hpp
    include/offload/report/trace_reporter.hpp)
target_link_libraries(offload PRIVATE PkgConfig::re2)
offload_embed(offload src/report/page/page.html page_html)
offload_embed(offload src/report/page/page.css page_css)
offload_embed(offload src/report/page/page.js page_js)
offload_embed(offload src/report/page/timeline.js page_timeline)
