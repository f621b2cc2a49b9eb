target_sources(offload
  PRIVATE
    src/framework/ctest.cpp
    src/framework/ctest_listing.cpp
    src/framework/ctest_reader.cpp
    src/framework/custom.cpp
    src/framework/exit_status_reader.cpp
    src/framework/go_json_reader.cpp
    src/framework/googletest_reader.cpp
    src/framework/json_seq.cpp
    src/framework/junit_matcher.cpp
    src/framework/junit_stream.cpp
    src/framework/line_reader.cpp
    src/framework/nextest.cpp
    src/framework/nextest_arguments.cpp
    src/framework/nextest_listing.cpp
    src/framework/nextest_names.cpp
    src/framework/nextest_reader.cpp
    src/framework/nextest_script.cpp
    src/framework/output_tail.cpp
    src/framework/placeholders.cpp
    src/framework/plugin_reader.cpp
    src/framework/pytest.cpp
    src/framework/tap_reader.cpp
    src/framework/vitest.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/framework/any.hpp
    include/offload/framework/concept.hpp
    include/offload/framework/ctest.hpp
    include/offload/framework/custom.hpp
    include/offload/framework/exit_status_reader.hpp
    include/offload/framework/go_json_reader.hpp
    include/offload/framework/googletest_reader.hpp
    include/offload/framework/json_seq.hpp
    include/offload/framework/junit_matcher.hpp
    include/offload/framework/junit_stream.hpp
    include/offload/framework/line_reader.hpp
    include/offload/framework/nextest.hpp
    include/offload/framework/output_tail.hpp
    include/offload/framework/plugin_reader.hpp
    include/offload/framework/pytest.hpp
    include/offload/framework/tap_reader.hpp
    include/offload/framework/vitest.hpp)
offload_embed(offload src/framework/offload_pytest.py offload_pytest)
offload_embed(offload src/framework/offload_ctest.sh offload_ctest)
offload_embed(offload src/framework/offload_vitest.mjs offload_vitest)
offload_embed(offload src/framework/offload_vitest_setup.mjs offload_vitest_setup)
