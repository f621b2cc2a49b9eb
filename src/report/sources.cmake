target_sources(offload_report
  PRIVATE
    src/report/junit_writer.cpp
    src/report/local_artifacts.cpp
    src/report/log_files.cpp
    src/report/output_directory.cpp
    src/report/results_file.cpp
    src/report/run_record_writer.cpp
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
    include/offload/report/results_file.hpp
    include/offload/report/run_header.hpp
    include/offload/report/run_record_reader.hpp
    include/offload/report/run_record_writer.hpp
    include/offload/report/summary.hpp
    include/offload/report/terminal.hpp
    include/offload/report/trace_file.hpp
    include/offload/report/trace_reporter.hpp
    include/offload/report/xml_text.hpp)
offload_add_bodies(report
  event_reader event_stream handle iso_time junit_reporter output_layout progress progress_block progress_state
  run_header run_record_reader summary terminal_text trace_file trace_reporter xml_text)
