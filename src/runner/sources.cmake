target_sources(offload
  PRIVATE
    src/runner/artifact_collection.cpp
    src/runner/artifact_receiver.cpp
    src/runner/artifact_stream.cpp
    src/runner/ledger.cpp
    src/runner/listing.cpp
    src/runner/messages.cpp
    src/runner/outcome.cpp
    src/runner/slot_line.cpp
    src/runner/image_based.cpp
    src/runner/work_items.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/runner/artifact_collection.hpp
    include/offload/runner/artifact_receiver.hpp
    include/offload/runner/artifact_stream.hpp
    include/offload/runner/conversation.hpp
    include/offload/runner/dispatcher.hpp
    include/offload/runner/ledger.hpp
    include/offload/runner/listener.hpp
    include/offload/runner/lister.hpp
    include/offload/runner/listing.hpp
    include/offload/runner/messages.hpp
    include/offload/runner/outcome.hpp
    include/offload/runner/preparation.hpp
    include/offload/runner/queue.hpp
    include/offload/runner/reporter_list.hpp
    include/offload/runner/runner.hpp
    include/offload/runner/settings.hpp
    include/offload/runner/slot.hpp
    include/offload/runner/slot_line.hpp
    include/offload/runner/slot_pool.hpp
    include/offload/runner/start_gate.hpp
    include/offload/runner/image_based.hpp
    include/offload/runner/work_items.hpp)
target_link_libraries(offload PRIVATE range-v3::range-v3)
offload_embed(offload src/runner/offload_artifacts.sh offload_artifacts)
