set(applier_sources
  src/image/apply_patch.cpp
  src/image/binary_patch.cpp
  src/image/blob_id.cpp
  src/image/hunk_reader.cpp
  src/image/journal.cpp
  src/image/parse_patch.cpp
  src/image/patch_names.cpp
  src/image/patched.cpp
  src/image/plan.cpp
  src/image/staging.cpp
  src/image/tree.cpp)
target_sources(offload
  PRIVATE
    ${applier_sources}
  PUBLIC FILE_SET HEADERS FILES
    include/offload/image/applier_program.hpp
    include/offload/image/apply_patch.hpp
    include/offload/image/patch.hpp)
target_link_libraries(offload PRIVATE ZLIB::ZLIB)
offload_add_applier(${applier_sources} src/core/error.cpp src/process/unique_fd.cpp
  cli/apply_diff_alone.cpp)
