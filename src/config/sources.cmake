target_sources(offload_config
  PRIVATE
    src/config/check.cpp
    src/config/document.cpp
    src/config/expand.cpp
    src/config/json_text.cpp
    src/config/load.cpp
    src/config/section_reader.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/config/checkpoint.hpp
    include/offload/config/config.hpp
    include/offload/config/copy_dir.hpp
    include/offload/config/expand.hpp
    include/offload/config/framework.hpp
    include/offload/config/group.hpp
    include/offload/config/history.hpp
    include/offload/config/key.hpp
    include/offload/config/kinds.hpp
    include/offload/config/load.hpp
    include/offload/config/provider.hpp
    include/offload/config/reference.hpp
    include/offload/config/report.hpp
    include/offload/config/run.hpp
    include/offload/config/sections.hpp)
target_link_libraries(offload_config PRIVATE tomlplusplus::tomlplusplus)
offload_add_bodies(config
  copy_dir describe kinds reference)
