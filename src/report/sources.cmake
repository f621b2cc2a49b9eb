target_sources(offload_report
  PRIVATE
    src/report/junit_reporter.cpp
    src/report/junit_writer.cpp
    src/report/local_artifacts.cpp
    src/report/log_files.cpp
    src/report/output_directory.cpp
    src/report/terminal.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/report/artifact_folders.hpp
    include/offload/report/concept.hpp
    include/offload/report/event_members.hpp
    include/offload/report/event_reader.hpp
    include/offload/report/event_stream.hpp
    include/offload/report/handle.hpp
    include/offload/report/iso_time.hpp
    include/offload/report/junit_reporter.hpp
    include/offload/report/junit_writer.hpp
    include/offload/report/local_artifacts.hpp
    include/offload/report/log_files.hpp
    include/offload/report/optional.hpp
    include/offload/report/output_directory.hpp
    include/offload/report/output_layout.hpp
    include/offload/report/progress.hpp
    include/offload/report/progress_block.hpp
    include/offload/report/progress_state.hpp
    include/offload/report/run_header.hpp
    include/offload/report/summary.hpp
    include/offload/report/terminal.hpp
    include/offload/report/trace_file.hpp
    include/offload/report/trace_reporter.hpp
    include/offload/report/trace_reporter_parts.hpp
    include/offload/report/xml_text.hpp)
offload_add_bodies(report
  event_reader event_stream handle iso_time output_layout progress progress_block progress_state summary terminal_text
  trace_file trace_reporter xml_text)
