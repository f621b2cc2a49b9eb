offload_add_test_program(provider provider/command_template_test.cpp
                         provider/sandbox_journal_test.cpp provider/sandbox_shell_test.cpp)
