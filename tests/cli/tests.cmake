# The parts of the product that are reached without the command. They mirror cli/.
if(OFFLOAD_BUILD_CLI)
  offload_add_test_program(product
    cli/causes/failure_causes_test.cpp
    cli/doctor/doctor_test.cpp
    cli/github/github_reporter_test.cpp
    cli/github/github_test.cpp
    cli/history/merge_driver_test.cpp
    cli/init/default_text_test.cpp
    cli/init/detect_test.cpp
    cli/init/schema_test.cpp
    cli/logs/log_comparison_test.cpp
    cli/logs/log_digest_test.cpp
    cli/logs/test_log_test.cpp
    cli/page/page_reporter_test.cpp
    cli/page/run_comparison_test.cpp
    LIBRARIES offload_product)
endif()
