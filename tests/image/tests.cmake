offload_add_test_program(image
  image/applier_program_test.cpp
  image/apply_patch_test.cpp
  image/base_test.cpp
  image/docker_ignore_test.cpp
  image/image_cache_ssh_test.cpp
  image/image_cache_test.cpp
  image/image_inputs_test.cpp
  image/image_note_test.cpp
  image/image_source_test.cpp
  image/parse_patch_test.cpp
  image/patch_damage_test.cpp
  image/patched_test.cpp
  image/recovery_test.cpp
  image/refusal_test.cpp
  image/thin_diff_config_test.cpp
  image/thin_diff_random_test.cpp
  image/thin_diff_test.cpp
  NEEDS sshd)
if(OFFLOAD_BUILD_APPLIER)
  target_compile_definitions(image_test PRIVATE
    OFFLOAD_APPLIER="$<TARGET_FILE:offload_applier>")
endif()
