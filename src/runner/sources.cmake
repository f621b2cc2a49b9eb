target_sources(offload_runner
  PUBLIC FILE_SET HEADERS FILES
    include/offload/runner/artifact_collection.hpp
    include/offload/runner/artifact_receiver.hpp
    include/offload/runner/artifact_stream.hpp
    include/offload/runner/assignment.hpp
    include/offload/runner/batch_closing.hpp
    include/offload/runner/conversation.hpp
    include/offload/runner/discovery_plan.hpp
    include/offload/runner/discovery_site.hpp
    include/offload/runner/dispatcher.hpp
    include/offload/runner/dispatcher_listing-inl.hpp
    include/offload/runner/early_demand.hpp
    include/offload/runner/ledger.hpp
    include/offload/runner/ledger_update.hpp
    include/offload/runner/list_only.hpp
    include/offload/runner/fork_parents.hpp
    include/offload/runner/listener.hpp
    include/offload/runner/lister.hpp
    include/offload/runner/listing.hpp
    include/offload/runner/message_queue.hpp
    include/offload/runner/messages.hpp
    include/offload/runner/outcome.hpp
    include/offload/runner/outside_cases.hpp
    include/offload/runner/policies.hpp
    include/offload/runner/preparation.hpp
    include/offload/runner/queue.hpp
    include/offload/runner/run_host.hpp
    include/offload/runner/runner.hpp
    include/offload/runner/scheduler_watch.hpp
    include/offload/runner/selection.hpp
    include/offload/runner/settings.hpp
    include/offload/runner/slot.hpp
    include/offload/runner/slot_mailbox.hpp
    include/offload/runner/slot_pool.hpp
    include/offload/runner/start_limit.hpp
    include/offload/runner/startup_semaphore.hpp
    include/offload/runner/image_based.hpp
    include/offload/runner/unit_queue.hpp
    include/offload/runner/whole_run.hpp
    include/offload/runner/work_items.hpp)
target_link_libraries(offload_runner PRIVATE $<BUILD_INTERFACE:range-v3::range-v3>)
offload_embed(offload_runner src/runner/offload_artifacts.sh offload_artifacts)
offload_add_bodies(runner
  artifact_collection artifact_receiver artifact_stream assignment batch_closing dispatcher image_based ledger ledger_closing ledger_speculation ledger_update
  list_only listing messages outcome outside_cases run_host scheduler_watch selection slot slot_mailbox startup_semaphore unit_queue whole_run work_items)
