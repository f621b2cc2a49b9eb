target_sources(offload_framework
  PUBLIC FILE_SET HEADERS FILES
    include/offload/framework/any.hpp
    include/offload/framework/concept.hpp
    include/offload/framework/ctest.hpp
    include/offload/framework/command.hpp
    include/offload/framework/exit_status_reader.hpp
    include/offload/framework/filter_options.hpp
    include/offload/framework/go_json_reader.hpp
    include/offload/framework/googletest_reader.hpp
    include/offload/framework/json_seq.hpp
    include/offload/framework/junit_matcher.hpp
    include/offload/framework/junit_stream.hpp
    include/offload/framework/line_reader.hpp
    include/offload/framework/nextest.hpp
    include/offload/framework/nextest_arguments.hpp
    include/offload/framework/nextest_names.hpp
    include/offload/framework/nextest_script.hpp
    include/offload/framework/output_tail.hpp
    include/offload/framework/placeholders.hpp
    include/offload/framework/plugin_reader.hpp
    include/offload/framework/pytest.hpp
    include/offload/framework/tap_reader.hpp
    include/offload/framework/vitest.hpp)
foreach(part "" _channel _collection _forks _obstacles _options _units _verdict _whole)
  offload_embed(offload_framework src/framework/offload_pytest${part}.py offload_pytest${part})
endforeach()
offload_embed(offload_framework src/framework/offload_ctest.sh offload_ctest)
foreach(part "" _call _channel _options _project _setup _texts _units)
  offload_embed(offload_framework src/framework/offload_vitest${part}.mjs offload_vitest${part})
endforeach()
target_link_libraries(offload_framework PRIVATE $<BUILD_INTERFACE:range-v3::range-v3>)
offload_add_bodies(framework
  command ctest ctest_listing ctest_reader exit_status_reader filter_options go_json_reader googletest_reader
  json_seq junit_matcher junit_stream line_reader nextest nextest_arguments nextest_listing
  nextest_names nextest_reader nextest_script output_tail placeholders plugin_reader pytest
  tap_reader vitest)
# Only these need offload::junit: a program that uses neither links without it, in a unity build, too.
set_source_files_properties(
  ${PROJECT_BINARY_DIR}/bodies/framework/command.cpp
  ${PROJECT_BINARY_DIR}/bodies/framework/junit_stream.cpp
  PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
