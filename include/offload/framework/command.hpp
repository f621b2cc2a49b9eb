// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/core/hidden.hpp>
#include <offload/framework/concept.hpp>
#include <offload/framework/line_reader.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace offload {

/// The source of the outcomes of a user's command.
enum class verdict_source {
  result_file,          ///< a JUnit report
  standard_output,      ///< the command's output while it runs
  exit_status_of_test,  ///< no report: each test has its own command
  exit_status_of_all,   ///< no report and no `{tests}`: the only test is `all_tests`
};

/// The id of the only test of a command that runs all tests and writes no report.
inline constexpr std::string_view all_tests_id = "all_tests";

/// Whether all commands write their results to the same file. Then only one of them may run at a
/// time on a shared file system.
[[nodiscard]] bool has_one_result_file(command_framework_config const& c);

/// Reads the output of a `discover_command`.
class command_listing_reader {
 public:
  command_listing_reader(discovery_job const& job, verdict_source decides);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  [[nodiscard]] framework_event_sink listing_one(framework_event_sink const& emit);

  line_listing_reader lines_;
  verdict_source decides_;
  bool listed_ = false;
};

/// Reads the results of a `run_command` in any of its formats.
class command_reader {
 public:
  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void interrupted(framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  friend class command_framework;
  struct any;
  explicit command_reader(any reader);

  hidden<any> held_;
};

/// Any test runner, through the user's shell commands: `type = "default"` in offload.toml.
///
/// `discover_command` prints one test id per line. `{filters}` in it is replaced by a group's
/// filters, unquoted. `run_command` runs `{tests}`, the ids quoted for the shell. It writes a JUnit
/// report to `{result_file}` or to the configured `result_file`, or it prints results on standard
/// output in the configured `result_format`. Otherwise its exit status is the outcome.
class command_framework {
 public:
  static constexpr std::string_view name = "default";

  explicit command_framework(command_framework_config config) : config_{std::move(config)} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] command_listing_reader discovery_reader(discovery_job const& job) const;
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] command_reader reader(batch const& tests) const;
  [[nodiscard]] framework_properties properties() const;

  [[nodiscard]] verdict_source decides() const;

 private:
  command_framework_config config_;
};
static_assert(Framework<command_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/command-inl.hpp>
#endif
