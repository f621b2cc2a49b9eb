set(applier_sources
  src/image/apply_patch.cpp
  src/image/binary_patch.cpp
  src/image/plan.cpp
  src/image/staging.cpp
  src/image/tree.cpp)
target_sources(offload_image
  PRIVATE
    ${applier_sources}
    src/image/add_repository.cpp
    src/image/base.cpp
    src/image/changed_paths.cpp
    src/image/export_tree.cpp
    src/image/git_objects.cpp
    src/image/git_reference.cpp
    src/image/image_cache.cpp
    src/image/image_inputs.cpp
    src/image/image_source.cpp
    src/image/note_tree.cpp
    src/image/patch_writer.cpp
    src/image/remote_git.cpp
    src/image/thin_diff.cpp
  PUBLIC FILE_SET HEADERS FILES
    include/offload/image/applier_program.hpp
    include/offload/image/apply_patch.hpp
    include/offload/image/base.hpp
    include/offload/image/binary_patch.hpp
    include/offload/image/blob_id.hpp
    include/offload/image/concept.hpp
    include/offload/image/docker_ignore.hpp
    include/offload/image/hunk_reader.hpp
    include/offload/image/image_cache.hpp
    include/offload/image/image_inputs.hpp
    include/offload/image/image_note.hpp
    include/offload/image/image_source.hpp
    include/offload/image/journal.hpp
    include/offload/image/patch.hpp
    include/offload/image/patch_lines.hpp
    include/offload/image/patch_names.hpp
    include/offload/image/pathspec.hpp
    include/offload/image/thin_diff.hpp)
target_link_libraries(offload_image PRIVATE PkgConfig::libgit2 ZLIB::ZLIB)
offload_add_bodies(image
  blob_id docker_ignore hunk_reader image_note journal parse_patch patch_names patched pathspec)
offload_bodies_of(image blob_id hunk_reader journal parse_patch patch_names patched)
offload_bodies_of(core cut_text error)
offload_add_applier(${applier_sources} ${image_bodies} ${core_bodies}
  src/process/unique_fd.cpp cli/images/apply_diff_alone.cpp)
