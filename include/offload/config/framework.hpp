// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/kinds.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace offload {

/// How long a worker runs before a new process replaces it.
enum class worker_lifetime { run, batch, test };

/// How workers start on this machine: as forks of the process that has listed the tests, or as
/// processes of their own.
enum class start_method {
  automatic,  ///< as forks where it is safe
  fork,       ///< the same, with a warning where it is not
  spawn,
};

/// The tests of pytest that stay together beside those that say so: `keep_together`.
enum class pytest_unit { none, test_class, file };

/// The same for vitest.
enum class vitest_unit { none, file };

/// `[framework] type = "pytest"`. Here and below, command lines (`command` and keys that end in
/// `args`) are stored as words, split as a POSIX shell does.
struct pytest_config {
  std::vector<std::string> paths{};  ///< empty: pytest's own choice
  std::vector<std::string> command{"python", "-m", "pytest"};
  std::vector<std::string> run_args{};        ///< only for running tests
  std::vector<std::string> discovery_args{};  ///< only for listing tests
  std::string test_id_format = "{name}";
  worker_lifetime workers = worker_lifetime::run;  ///< `worker_lifetime`
  start_method start = start_method::automatic;    ///< `worker_start`
  pytest_unit unit = pytest_unit::none;            ///< `keep_together`

  bool operator==(pytest_config const&) const = default;
};

/// `[framework] type = "nextest"`
struct nextest_config {
  std::vector<std::string> command{"cargo", "nextest"};
  std::optional<std::string> package{};
  std::vector<std::string> features{};
  std::optional<std::string> bin{};
  bool include_ignored = false;
  std::optional<std::string> profile{};        ///< of nextest's configuration
  std::optional<std::string> cargo_profile{};  ///< to build with
  std::vector<std::string> run_args{};  ///< for running tests; build options also apply to listing
  std::vector<std::string> discovery_args{};  ///< for building and listing tests
  std::string test_id_format = "{classname} {name}";

  bool operator==(nextest_config const&) const = default;
};

/// `[framework] type = "vitest"`
struct vitest_config {
  std::vector<std::string> command{"npx", "vitest"};
  std::vector<std::string> run_args{};        ///< only for running tests
  std::vector<std::string> discovery_args{};  ///< only for listing tests
  std::string test_id_format = "{classname} > {name}";
  worker_lifetime workers = worker_lifetime::run;  ///< `worker_lifetime`
  vitest_unit unit = vitest_unit::none;            ///< `keep_together`

  bool operator==(vitest_config const&) const = default;
};

/// `[framework] type = "ctest"`
struct ctest_config {
  std::vector<std::string> command{"ctest"};
  std::string build_dir = "build";
  std::optional<std::string> configuration{};  ///< if the build folder has several configurations
  std::vector<std::string> run_args{};
  std::vector<std::string> discovery_args{};

  bool operator==(ctest_config const&) const = default;
};

/// How a run_command reports results: as a JUnit report at its end, or test by test on standard
/// output.
enum class result_format { junit, tap, go_json, googletest };

/// `[framework] type = "default"`: the user's own shell commands.
struct command_framework_config {
  std::string discover_command{};  ///< holds `{filters}`
  std::string run_command{};       ///< may hold `{tests}` and `{result_file}`
  std::string test_id_format{};    ///< of `{name}` and `{classname}`
  std::optional<std::string> result_file{};
  result_format results = result_format::junit;  ///< `result_format`
  std::optional<std::string> working_dir{};

  bool operator==(command_framework_config const&) const = default;
};

/// Alternatives in the order of `framework_kind`.
using framework_config = std::variant<pytest_config, nextest_config, vitest_config, ctest_config,
                                      command_framework_config>;

[[nodiscard]] inline framework_kind kind_of(framework_config const& c) {
  return static_cast<framework_kind>(c.index());
}

}  // namespace offload
