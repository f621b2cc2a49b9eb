# What `offload doctor` makes of facts: the parts of the command that look at nothing.
if(OFFLOAD_BUILD_CLI)
  set(doctor ${PROJECT_SOURCE_DIR}/cli/doctor)
  offload_add_test_program(doctor cli/doctor_test.cpp ${doctor}/judge_git.cpp
    ${doctor}/judge_machine.cpp ${doctor}/judge_tools.cpp)
  target_include_directories(doctor_test PRIVATE ${PROJECT_SOURCE_DIR}/cli)
endif()
