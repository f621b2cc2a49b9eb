offload_add_test_program(provider provider/backoff_test.cpp provider/bundled_scripts_test.cpp
                         provider/command_template_test.cpp provider/modal_service_test.cpp
                         provider/sandbox_journal_test.cpp provider/sandbox_shell_test.cpp)
