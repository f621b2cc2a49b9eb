// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// The commands of `offload`, one small file each. Each returns the process's exit code.
namespace offload::cli {

struct command_outline;

/// Options that every command takes.
struct common_options {
  std::string config = "offload.toml";
  bool verbose = false;
};

/// The flags of a run that need no reading.
struct run_flags {
  unsigned parallel = 0;  ///< 0: as the configuration says
  bool collect_only = false;
  bool no_cache = false;
  std::string override_image_id{};
  bool trace = false;
  bool show_estimated_cost = false;
  bool fail_fast = false;
  bool explain_workers = false;
  bool ci = false;
  bool record_history = false;
  bool failed = false;          ///< only what the last run left open
  std::string events{};         ///< where the event stream goes; `-`: to the standard output
  std::string github = "auto";  ///< or "always", "never"
  int flaky_exit_code = 2;      ///< when no test failed, but some were flaky
  /// The file of the page; empty: the usual one.
  std::optional<std::string> html{};
};

/// The options of `run` and `build` as they are given. run/launch.hpp reads them.
struct run_options : run_flags {
  std::vector<std::string> copy_dirs{};  ///< LOCAL:REMOTE
  std::vector<std::string> env{};        ///< KEY=VALUE
  std::string shard{};                   ///< I/N; empty: all tests
};

struct collect_options {
  std::string format = "text";
  std::string shard{};
};

struct plan_options {
  unsigned parallel = 0;  ///< the highest number to look at; 0: as far as it helps
  double deadline = 0;    ///< seconds; 0: none
  double budget = 0;      ///< US dollars; 0: none
  double start_up = -1;   ///< seconds until a sandbox runs its first test; negative: not said
  bool json = false;
};

struct doctor_options {
  std::string format = "text";
};

struct init_options {
  std::string provider{};   ///< empty: local
  std::string framework{};  ///< empty: the one that the project's files show
};

struct logs_options {
  bool failures = false;
  bool errors = false;
  std::vector<std::string> tests{};
  std::string test_regex{};
  bool flaky = false;
  bool not_run = false;
  std::size_t slowest = 0;  ///< the number of tests; 0: all, by name
  bool since_last = false;  ///< what has changed
  std::string show{};       ///< the handle of a cause, a test or an attempt; empty: none
  std::string format = "text";
  std::size_t budget = 0;  ///< bytes; 0: as many as it takes
};

struct report_options {
  std::string events{};      ///< `-`: the standard input
  std::string output_dir{};  ///< empty: nothing is written
  bool trace = false;
  bool show_estimated_cost = false;
  std::optional<std::string> html{};  ///< as for a run
};

struct apply_diff_options {
  std::string patch{};
  std::string project_root = ".";
};

/// Whether files with local changes are overwritten.
enum class existing_files { kept, overwritten };

struct skills_options {
  std::string folder{};  ///< empty: where agents look in this project
  bool list = false;
  existing_files existing = existing_files::kept;
};

struct history_merge_options {
  std::string base{};
  std::string ours{};  ///< gets the result
  std::string theirs{};
};

/// Adds what other tools know of the tests to the history.
int history_import(common_options const& common, std::vector<std::string> const& files);
/// Merges two histories that have grown from one: the merge driver of git.
int history_merge(history_merge_options const& options);
/// Sets up Offload as git's merge driver for the configuration's history file.
int history_setup_merge_driver(common_options const& common);
int apply_diff(apply_diff_options const& options);
struct checkpoint_status_options {
  std::string remote{};  ///< empty: origin, where there is one
};

/// Makes the image of the sandboxes and prints its id.
int build(common_options const& common, run_options const& options);
/// Shows what the next run starts from. Changes nothing.
int checkpoint_status(common_options const& common, checkpoint_status_options const& options);
/// Destroys sandboxes that runs have left behind.
int cleanup();
int run(common_options const& common, run_options const& options);
int collect(common_options const& common, collect_options const& options);
/// Says what runs with more or fewer sandboxes would take. Runs nothing.
int plan(common_options const& common, plan_options const& options);
int validate(common_options const& common);
/// Checks what runs need here. Changes nothing.
int doctor(common_options const& common, doctor_options const& options);
int init(init_options const& options);
int logs(common_options const& common, logs_options const& options);
/// Makes the reports of a run again from its events.
int report(report_options const& options);
/// Prints the JSON schema of offload.toml.
int schema();
/// Prints the script by which a shell completes command lines.
int completions(std::string const& shell, command_outline const& whole);
/// Prints the manual page.
int man(command_outline const& whole);
/// Writes instructions for coding agents into the project.
int skills_install(skills_options const& options);

}  // namespace offload::cli
