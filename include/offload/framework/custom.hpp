// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/framework/concept.hpp>
#include <offload/framework/exit_status_reader.hpp>
#include <offload/framework/go_json_reader.hpp>
#include <offload/framework/googletest_reader.hpp>
#include <offload/framework/junit_stream.hpp>
#include <offload/framework/line_reader.hpp>
#include <offload/framework/tap_reader.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace offload {

/// What decides how the tests of a user's own command end.
enum class verdict_source {
  result_file,          ///< a JUnit report
  standard_output,      ///< what the command says while it runs
  exit_status_of_test,  ///< no report: every test has a command of its own
  exit_status_of_all,   ///< no report and no `{tests}`: there is one test, `all_tests`
};

/// The id of the only test of a command that runs everything and reports nothing.
inline constexpr std::string_view all_tests_id = "all_tests";

/// Whether all commands write their results to the same file, so that on machines that share it
/// there must be one at a time.
[[nodiscard]] bool has_one_result_file(default_framework_config const& c);

/// Reads what a `discover_command` lists.
class custom_listing_reader {
 public:
  custom_listing_reader(discovery_job const& job, verdict_source decides);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  [[nodiscard]] framework_event_sink listing_one(framework_event_sink const& emit);

  line_listing_reader lines_;
  verdict_source decides_;
  bool listed_ = false;
};

/// Reads what a `run_command` says, one way or the other.
class custom_reader {
 public:
  template <class Reader>
    requires(!std::same_as<Reader, custom_reader>)
  explicit custom_reader(Reader reader) : held_{std::move(reader)} {}

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit) {
    std::visit([&](auto& reader) { reader.feed(from, bytes, emit); }, held_);
  }
  void interrupted(framework_event_sink const& emit) {
    // What goes unheard here is in no reader more than text for the log.
    std::visit([&](auto& reader) { (void)tell_interrupted(reader, emit); }, held_);
  }
  void finish(exit_status status, framework_event_sink const& emit) {
    std::visit([&](auto& reader) { reader.finish(status, emit); }, held_);
  }

 private:
  std::variant<junit_stream_reader, tap_reader, go_json_reader, googletest_reader,
               exit_status_reader>
      held_;
};

/// Any test runner, by shell commands of the user: `type = "default"` in offload.toml.
///
/// `discover_command` prints a test id a line; `{filters}` in it is a group's filters as they
/// stand. `run_command` runs `{tests}`, ids quoted for the shell, and writes a JUnit report to
/// `{result_file}`, or else to the configured `result_file`; or it tells results on its standard
/// output, in the configured `result_format`. Without any of these its exit status decides.
class custom_framework {
 public:
  static constexpr std::string_view name = "default";

  explicit custom_framework(default_framework_config config) : config_{std::move(config)} {}

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] custom_listing_reader discovery_reader(discovery_job const& job) const;
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] custom_reader reader(batch const& tests) const;
  [[nodiscard]] framework_properties properties() const;

  [[nodiscard]] verdict_source decides() const;

 private:
  default_framework_config config_;
};
static_assert(Framework<custom_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/custom-inl.hpp>
#endif
