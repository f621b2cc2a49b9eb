offload_add_test_program(
  runner runner/artifact_collection_test.cpp runner/artifact_stream_test.cpp runner/damaged_records_test.cpp
  runner/faulty_policies_test.cpp runner/hedging_test.cpp runner/image_based_test.cpp runner/ledger_copies_test.cpp
  runner/ledger_outside_test.cpp runner/ledger_test.cpp runner/listing_test.cpp runner/messages_test.cpp runner/runner_events_test.cpp
  runner/runner_test.cpp
  runner/runner_sandboxes_test.cpp runner/selection_test.cpp
  runner/slow_provider_test.cpp
  runner/start_limit_test.cpp runner/startup_semaphore_test.cpp runner/throwing_policies_test.cpp runner/units_test.cpp runner/work_items_test.cpp)
