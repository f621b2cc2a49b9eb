// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/config.hpp>
#include <offload/config/key.hpp>

#include <array>
#include <string>
#include <string_view>

/// All keys of offload.toml. The reader, the check for unknown keys and the reference use these
/// lists. They call `see` with each key and the member that it sets.
namespace offload {

constexpr auto choices_of(worker_lifetime) {
  return std::array<std::string_view, 3>{"run", "batch", "test"};
}
constexpr auto choices_of(start_method) {
  return std::array<std::string_view, 3>{"auto", "fork", "spawn"};
}
constexpr auto choices_of(pytest_unit) {
  return std::array<std::string_view, 3>{"none", "class", "file"};
}
constexpr auto choices_of(vitest_unit) { return std::array<std::string_view, 2>{"none", "file"}; }
constexpr auto choices_of(history_recording) {
  return std::array<std::string_view, 2>{"always", "flag"};
}

constexpr auto choices_of(result_format) {
  return std::array<std::string_view, 4>{"junit", "tap", "go-json", "googletest"};
}

/// The key that selects one of a section's structs.
constexpr key type_key(provider_kind) {
  return {.name = "type",
          .meaning = "Where sandboxes come from.",
          .needed = presence::required,
          .example = "\"local\""};
}
constexpr key type_key(framework_kind) {
  return {.name = "type",
          .meaning = "The framework that runs the tests.",
          .needed = presence::required,
          .example = "\"pytest\""};
}

template <class See>
void each_key(run_config& c, See&& see) {
  see(key{.name = "max_parallel",
          .meaning = "How many sandboxes run at once.",
          .least = lower_bound::above_zero},
      c.max_parallel);
  see(key{.name = "test_timeout_secs",
          .meaning = "The longest time in which a batch of tests may finish no test.",
          .least = lower_bound::above_zero},
      c.test_timeout);
  see(key{.name = "start_timeout_secs",
          .meaning = "How long a test process may take to start, and the listing of the tests; by "
                     "default as long as a batch, at least 60 s, and five times the longest start "
                     "that is known. Also how long a process without further tests may take to "
                     "end; by default 60 s.",
          .least = lower_bound::above_zero},
      c.start_timeout);
  see(key{"working_dir", "Where the local provider runs tests; overrides its own working_dir."},
      c.working_dir);
  see(key{"sandbox_repo_root", "The repository's root in a sandbox."}, c.sandbox_repo_root);
  see(key{"sandbox_project_root", "Where tests run in a sandbox; they see it as OFFLOAD_ROOT."},
      c.sandbox_project_root);
  see(key{.name = "sandbox_init_cmd",
          .meaning = "Runs while the base image is built.",
          .form = text_form::shell},
      c.sandbox_init_cmd);
  see(key{.name = "post_patch_cmd",
          .meaning = "Runs in the image after the local changes are applied to it.",
          .form = text_form::shell},
      c.post_patch_cmd);
  see(key{"impatiently_requeue_batches", "Let idle sandboxes run copies of late batches."},
      c.impatiently_requeue_batches);
  see(key{"speculative_retries",
          "Let idle sandboxes start retries of a test while it is still running; on by default if "
          "each sandbox has its own machine."},
      c.speculative_retries);
  see(key{"max_parallel_collection", "How many groups are listed at once; 0: one per processor."},
      c.max_parallel_collection);
}

template <class See>
void each_key(local_provider_config& c, See&& see) {
  see(key{"working_dir", "Where tests run."}, c.working_dir);
  see(key{"env", "Environment variables of the tests."}, c.env);
  see(key{.name = "shell",
          .meaning = "The shell that starts the commands.",
          .when_empty = empty_text::the_default},
      c.shell);
  see(key{"keep_git_env",
          "Let tests see GIT_DIR and the other variables by which a git hook names its "
          "repository."},
      c.keep_git_env);
}

template <class See>
void each_key(shell_provider_config& c, See&& see) {
  constexpr auto required = presence::required;
  constexpr auto shell = text_form::shell;
  see(key{.name = "prepare_command",
          .meaning = "Makes the image; its last line of output is the image id.",
          .form = shell},
      c.prepare_command);
  see(key{.name = "create_command",
          .meaning = "Makes a sandbox from {image_id}; its output is the sandbox id.",
          .needed = required,
          .form = shell,
          .example = "\"./sandbox.sh create {image_id}\""},
      c.create_command);
  see(key{.name = "exec_command",
          .meaning = "Runs {command}, one quoted argument, in {sandbox_id}.",
          .needed = required,
          .form = shell,
          .example = "\"./sandbox.sh exec {sandbox_id} {command}\""},
      c.exec_command);
  see(key{.name = "destroy_command",
          .meaning = "Removes {sandbox_id}.",
          .needed = required,
          .form = shell,
          .example = "\"./sandbox.sh destroy {sandbox_id}\""},
      c.destroy_command);
  see(key{.name = "download_command",
          .meaning = "Copies {paths}, each remote:local, out of {sandbox_id}.",
          .form = shell},
      c.download_command);
  see(key{"working_dir", "Where these commands run."}, c.working_dir);
  see(key{.name = "timeout_secs",
          .meaning = "How long each of these commands may take, except exec_command.",
          .least = lower_bound::above_zero},
      c.timeout);
  see(key{"copy_dirs", "Folders to copy into the image, each LOCAL:REMOTE."}, c.copy_dirs);
  see(key{"env", "Environment variables of the tests."}, c.env);
  see(key{.name = "cpu_cores",
          .meaning = "{cpu_cores} in the commands, and for the estimated cost.",
          .least = lower_bound::above_zero},
      c.cpu_cores);
}

/// Refers to a string that receives JSON text.
struct json_object {
  std::string& text;
};

template <class See>
void each_key(modal_provider_config& c, See&& see) {
  see(key{"dockerfile",
          "The Dockerfile of the image; without it, Offload uses a plain Python image."},
      c.dockerfile);
  see(key{"include_cwd", "Copy this folder into the image."}, c.include_cwd);
  see(key{"env", "Environment variables of the tests."}, c.env);
  see(key{"copy_dirs", "Folders to copy into the image, each LOCAL:REMOTE."}, c.copy_dirs);
  see(key{.name = "cpu_cores",
          .meaning = "Processor cores of each sandbox.",
          .least = lower_bound::above_zero},
      c.cpu_cores);
  see(key{.name = "memory_gb",
          .meaning = "Memory of each sandbox.",
          .least = lower_bound::above_zero},
      c.memory_gb);
  see(key{"experimental_options", "Passed to Modal unchanged."},
      json_object{c.experimental_options});
  see(key{.name = "sandbox_timeout_secs",
          .meaning = "How long a sandbox may live before Modal ends it.",
          .least = lower_bound::above_zero},
      c.sandbox_timeout);
}

template <class See>
void each_key(pytest_config& c, See&& see) {
  see(key{"paths", "Where tests are looked for."}, c.paths);
  see(key{.name = "command", .meaning = "Starts pytest.", .form = text_form::command_line},
      c.command);
  see(key{.name = "run_args", .meaning = "Arguments for running tests.", .form = text_form::words},
      c.run_args);
  see(key{.name = "discovery_args",
          .meaning = "Arguments for listing tests.",
          .form = text_form::words},
      c.discovery_args);
  see(key{"test_id_format", "Has no effect: Offload uses pytest's own ids."}, c.test_id_format);
  see(key{"worker_lifetime", "How long a pytest worker runs before Offload starts a new one."},
      c.workers);
  see(key{"worker_start",
          "How local workers start: as forks of the process that lists the tests, or each as a new "
          "process."},
      c.start);
  see(key{"keep_together",
          "Tests of the same class or file depend on each other: run them in order in one "
          "sandbox."},
      c.unit);
}

template <class See>
void each_key(nextest_config& c, See&& see) {
  see(key{.name = "command", .meaning = "Starts nextest.", .form = text_form::command_line},
      c.command);
  see(key{"package", "Only this package."}, c.package);
  see(key{"features", "Features to build with."}, c.features);
  see(key{"bin", "Only this binary."}, c.bin);
  see(key{"include_ignored", "Run the tests marked as ignored, too."}, c.include_ignored);
  see(key{"profile", "The profile of .config/nextest.toml to use."}, c.profile);
  see(key{"cargo_profile", "The profile of Cargo.toml to build with."}, c.cargo_profile);
  see(key{.name = "run_args", .meaning = "Arguments for running tests.", .form = text_form::words},
      c.run_args);
  see(key{.name = "discovery_args",
          .meaning = "Arguments for building and listing tests.",
          .form = text_form::words},
      c.discovery_args);
  see(key{"test_id_format", "Has no effect: Offload uses nextest's own ids."}, c.test_id_format);
}

template <class See>
void each_key(vitest_config& c, See&& see) {
  see(key{.name = "command", .meaning = "Starts vitest.", .form = text_form::command_line},
      c.command);
  see(key{.name = "run_args", .meaning = "Arguments for running tests.", .form = text_form::words},
      c.run_args);
  see(key{.name = "discovery_args",
          .meaning = "Arguments for listing tests.",
          .form = text_form::words},
      c.discovery_args);
  see(key{"test_id_format", "Has no effect: Offload uses vitest's own ids."}, c.test_id_format);
  see(key{"worker_lifetime", "How long a vitest worker runs before Offload starts a new one."},
      c.workers);
  see(key{"keep_together",
          "Tests of the same file depend on each other: run them in order in one sandbox."},
      c.unit);
}

template <class See>
void each_key(ctest_config& c, See&& see) {
  see(key{.name = "command", .meaning = "Starts ctest.", .form = text_form::command_line},
      c.command);
  see(key{"build_dir", "CMake's build folder."}, c.build_dir);
  see(key{"configuration", "The build configuration, if the build folder has several (`Release`)."},
      c.configuration);
  see(key{.name = "run_args", .meaning = "Arguments for running tests.", .form = text_form::words},
      c.run_args);
  see(key{.name = "discovery_args",
          .meaning = "Arguments for listing tests.",
          .form = text_form::words},
      c.discovery_args);
}

template <class See>
void each_key(command_framework_config& c, See&& see) {
  constexpr auto required = presence::required;
  see(key{.name = "discover_command",
          .meaning = "Lists the tests that {filters} selects, one id per line.",
          .needed = required,
          .form = text_form::shell,
          .example = "\"./scripts/list_tests.sh {filters}\""},
      c.discover_command);
  see(key{.name = "run_command",
          .meaning = "Runs {tests} and writes JUnit XML to {result_file}.",
          .needed = required,
          .form = text_form::shell,
          .example = "\"./scripts/run_tests.sh {result_file} {tests}\""},
      c.run_command);
  see(key{.name = "test_id_format",
          .meaning = "The id of a result, from its {classname} and {name}.",
          .needed = required,
          .example = "\"{name}\""},
      c.test_id_format);
  see(key{"result_file",
          "The fixed file that run_command writes, if it does not write to {result_file}."},
      c.result_file);
  see(key{"result_format", "JUnit XML in a file, or a stream of results on standard output."},
      c.results);
  see(key{"working_dir", "Where these commands run."}, c.working_dir);
}

template <class See>
void each_key(group& g, See&& see) {
  see(key{"retry_count", "How often a failed test is run again."}, g.retry_count);
  see(key{"filters", "Which tests, in the framework's own syntax; empty: all."}, g.filters);
  see(key{"schedule_individual", "Run each test in a batch of its own."}, g.together);
}

template <class See>
void each_key(report_config& c, See&& see) {
  see(key{.name = "output_dir",
          .meaning = "The folder of the results; cleared before a run.",
          .when_empty = empty_text::the_default},
      c.output_dir);
  see(key{"junit", "Write results as JUnit XML."}, c.junit);
  see(key{.name = "junit_file",
          .meaning = "Its name in output_dir.",
          .when_empty = empty_text::the_default},
      c.junit_file);
  see(key{"download_globs", "Files to fetch from the sandboxes."}, c.download_globs);
  see(key{"download_globs_failure_only", "Fetch them only if a test failed."},
      c.download_globs_failure_only);
}

template <class See>
void each_key(checkpoint_config& c, See&& see) {
  see(key{.name = "build_inputs",
          .meaning = "Files that the base image is built from, as git pathspecs.",
          .needed = presence::required,
          .example = "[\"Dockerfile\", \"uv.lock\"]"},
      c.build_inputs);
}

template <class See>
void each_key(history_config& c, See&& see) {
  see(key{"record_history", "Record every run, or only runs with --record-history."},
      c.record_history);
  see(key{"path", "The file that holds the history."}, c.path);
  see(key{.name = "reservoir_size",
          .meaning = "Number of samples kept for each outcome of a test.",
          .least = lower_bound::above_zero},
      c.reservoir_size);
  see(key{"default_duration_secs", "Expected duration of a test without history."},
      c.default_duration);
}

/// The sections of the file.
template <class See>
void each_section(config& c, See&& see) {
  constexpr auto required = presence::required;
  see(key{.name = "offload",
          .meaning = "Settings of a run.",
          .needed = required,
          .example = "[offload]\nsandbox_repo_root = \".\""},
      c.run);
  see(key{.name = "provider",
          .meaning = "The sandboxes that tests run in.",
          .needed = required,
          .example = "[provider]\ntype = \"local\""},
      c.provider);
  see(key{.name = "framework",
          .meaning = "How tests are found and run.",
          .needed = required,
          .example = "[framework]\ntype = \"pytest\""},
      c.framework);
  see(key{.name = "groups",
          .meaning = "Groups of tests, each with filters and retries of its own.",
          .needed = required,
          .example = "[groups.all]\nretry_count = 1"},
      c.groups);
  see(key{"report", "Where results are written, and in which formats."}, c.report);
  see(key{"checkpoint", "The commit whose image runs start from."}, c.checkpoint);
  see(key{"history", "The durations and outcomes of earlier runs."}, c.history);
}

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/config/reference-inl.hpp>
#endif
