target_sources(offload_history
  PRIVATE
    src/history/file.cpp
    src/history/recorder.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/history/concept.hpp
    include/offload/history/cost_observer.hpp
    include/offload/history/file.hpp
    include/offload/history/fixed_costs.hpp
    include/offload/history/history.hpp
    include/offload/history/history_estimator.hpp
    include/offload/history/history_key.hpp
    include/offload/history/import.hpp
    include/offload/history/last_run.hpp
    include/offload/history/line.hpp
    include/offload/history/prediction.hpp
    include/offload/history/recorder.hpp
    include/offload/history/test_history.hpp)
target_link_libraries(offload_history PRIVATE $<BUILD_INTERFACE:range-v3::range-v3>)
offload_add_bodies(history
  cost_observer fixed_costs history history_estimator import last_run line prediction test_history)
