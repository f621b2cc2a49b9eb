offload_add_test_program(image
  image/applier_program_test.cpp
  image/apply_patch_test.cpp
  image/parse_patch_test.cpp
  image/patch_damage_test.cpp
  image/patched_test.cpp
  image/recovery_test.cpp
  image/refusal_test.cpp)
if(OFFLOAD_BUILD_APPLIER)
  target_compile_definitions(image_test PRIVATE
    OFFLOAD_APPLIER="$<TARGET_FILE:offload_applier>")
endif()
