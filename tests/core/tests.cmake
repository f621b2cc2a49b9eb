offload_add_test_program(core core/base64_test.cpp core/command_test.cpp core/contents_of_test.cpp
  core/cut_text_test.cpp core/error_test.cpp core/hidden_test.cpp core/joined_test.cpp core/json_test.cpp
  core/junit_test.cpp core/junit_corpus_test.cpp core/junit_damage_test.cpp core/junit_record_test.cpp core/line_splitter_test.cpp core/nearest_test.cpp
  core/path_glob_test.cpp core/replaced_test.cpp core/secret_mask_test.cpp
  core/shell_words_test.cpp core/utf8_test.cpp)
