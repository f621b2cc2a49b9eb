target_sources(offload
  PRIVATE
    src/framework/json_seq.cpp
    src/framework/output_tail.cpp
    src/framework/pytest.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/framework/any.hpp
    include/offload/framework/concept.hpp
    include/offload/framework/json_seq.hpp
    include/offload/framework/output_tail.hpp
    include/offload/framework/pytest.hpp)
target_link_libraries(offload PRIVATE nlohmann_json::nlohmann_json)
offload_embed(offload src/framework/offload_pytest.py offload_pytest)
