// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>
#include <offload/core/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// The facts that `offload doctor` has gathered (gather.hpp). judge.hpp judges them.
namespace offload::cli {

/// The configuration, as far as it could be read.
struct config_facts {
  std::string path;
  bool is_there{};
  bool was_named{};     ///< by -c, or it is only the usual name
  std::string error{};  ///< empty: it is valid
  std::vector<std::string> warnings{};
};

/// The result of starting a program to ask for its version.
enum class tool_state { answered, failed, missing, too_slow, not_asked };

struct tool_facts {
  std::string name;       ///< "pytest"
  std::string command{};  ///< as the user would type it
  tool_state state{};
  std::string said{};        ///< the line that tells most; with `not_asked`: why
  std::string oldest{};      ///< the oldest version that works: "3.20"; empty: any
  std::string install_by{};  ///< what to do when it is missing
};

struct build_folder_facts {
  std::string path;
  bool is_there{};
  bool has_tests{};
};

/// A program that a shell command of the configuration begins with.
struct program_facts {
  std::string key;  ///< "[provider] create_command"
  std::string program;
  bool is_there{};
};

struct framework_facts {
  framework_kind kind{};
  std::vector<tool_facts> tools{};
  std::optional<build_folder_facts> build_folder{};
  std::vector<program_facts> programs{};
};

struct modal_facts {
  bool has_uv{};
  bool python_has_modal{};
  bool has_token{};
  std::string config_file{};  ///< where a token would be
};

struct provider_facts {
  provider_kind kind{};
  std::string working_dir{};
  bool working_dir_is_there = true;
  std::string shell{};  ///< of the local provider
  bool shell_is_there = true;
  std::string dockerfile{};  ///< empty: none is named
  bool dockerfile_is_there = true;
  std::vector<program_facts> programs{};
  std::vector<std::string> unknown_scripts{};  ///< why a reference `@name.ext` leads nowhere
  std::optional<modal_facts> modal{};
};

enum class remote_state { none, reachable, unreachable, not_asked };

struct build_input_facts {
  std::string pathspec;
  bool is_in_git{};
};

struct git_facts {
  bool has_git{};  ///< the program
  bool is_repository{};
  bool has_commit{};
  bool is_shallow{};
  std::optional<std::size_t> changed_files{};  ///< none: git did not say in time
  bool images_are_used{};                      ///< the commit decides about an image
  bool has_checkpoint{};
  std::vector<build_input_facts> build_inputs{};
  remote_state remote = remote_state::not_asked;
  std::string remote_said{};
  std::string history_path{};  ///< empty: no history is kept
  bool has_merge_driver = true;
  std::string output_dir{};
  bool ignores_output = true;
};

struct clock_facts {
  seconds drift{};           ///< how far the clock moved against the steady one while we looked
  seconds ahead_of_files{};  ///< this clock against what the file system gives a new file
  bool files_are_timed{};
  bool before_this_program{};  ///< it is earlier than this program was installed
};

struct space_facts {
  std::string what;  ///< "the output folder"
  std::string path;
  std::uint64_t free_bytes{};
  bool known{};
};

struct machine_facts {
  bool runs_tests_here{};  ///< the sandboxes are processes of this machine
  unsigned max_parallel{};
  provider_kind provider{};
  std::uint64_t open_files_hard{};  ///< to which a run raises the soft limit where it needs it
  std::optional<std::uint64_t> processes_left{};
  double processors{};
  std::optional<std::uint64_t> memory_left{};
  std::vector<space_facts> spaces{};
};

struct output_facts {
  std::string path;
  std::string problem{};  ///< empty: it can be written to
};

struct leftover_facts {
  std::size_t sandboxes{};
  std::size_t being_made{};
};

}  // namespace offload::cli
