// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/config/framework.hpp>
#include <offload/framework/concept.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// Reads what `ctest --show-only=json-v1` lists, and what the tests ask of each other: locks,
/// order, fixtures.
class ctest_listing_reader {
 public:
  /// `warnings` are told together with the tests.
  explicit ctest_listing_reader(discovery_job job, bool stops_on_failure = false,
                                std::vector<std::string> warnings = {});

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  void fail(std::string what, std::string hint, framework_event_sink const& emit) const;

  discovery_job job_;
  bool stops_on_failure_;
  std::vector<std::string> warnings_;
  std::string output_;  ///< whole: the folder it ran in, a line, and the JSON text
  std::string errors_;
};

/// Reads what `ctest -V -j 1` says, line by line.
///
/// What a test writes stands behind the test's number in that output ("12: "), and ctest's own
/// words do not, so a test cannot talk its reader into a result.
class ctest_reader {
 public:
  explicit ctest_reader(batch const& tests);

  void feed(stream from, std::string_view bytes, framework_event_sink const& emit);
  void finish(exit_status status, framework_event_sink const& emit);

 private:
  /// The test that ctest runs at the moment.
  struct running_test {
    std::string number;
    test_id id;
    bool is_announced = false;  ///< ctest has said what it is about to run
    std::string output{};
    std::string complaint{};  ///< the last of what ctest said before it ran
  };

  void take_line(std::string_view line, framework_event_sink const& emit);
  void take_line_of_test(std::string_view line, framework_event_sink const& emit);
  void start(std::string_view number, std::string_view name, framework_event_sink const& emit);
  void end(std::string_view status, std::size_t of_tests, framework_event_sink const& emit);

  std::set<std::string, std::less<>> unseen_;
  bool is_alone_;  ///< there is one id, which may be the name of several tests
  std::string open_line_;
  std::optional<running_test> running_;
  std::string open_result_;  ///< a result that goes on in the next line
  std::size_t open_result_of_ = 0;
  std::vector<test_report> parts_;  ///< of tests that share the one id
  std::string tail_;                ///< the end of the output
  bool is_complete_ = false;
};

/// CTest: the tests of a build folder, by the names that add_test gave them.
///
/// Every group is listed by a command of its own, as its filters are ctest's own arguments.
/// Fixtures, locks and the like become constraints of the run: one batch is one ctest, which runs
/// its tests one after the other and adds none of its own.
class ctest_framework {
 public:
  static constexpr std::string_view name = "ctest";

  explicit ctest_framework(ctest_config config);

  [[nodiscard]] result<std::vector<discovery_job>> discovery(std::span<group const> groups,
                                                             run_context const& context) const;
  [[nodiscard]] ctest_listing_reader discovery_reader(discovery_job const& job) const;
  [[nodiscard]] result<command> run(batch const& tests, run_context const& context) const;
  [[nodiscard]] ctest_reader reader(batch const& tests) const { return ctest_reader{tests}; }
  [[nodiscard]] framework_properties properties() const;

 private:
  [[nodiscard]] std::vector<std::string> with_configuration(std::vector<std::string> words) const;

  ctest_config config_;
  bool stops_on_failure_ = false;
  std::vector<std::string> warnings_;
};
static_assert(Framework<ctest_framework>);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/ctest-inl.hpp>
#include <offload/framework/ctest_listing-inl.hpp>
#include <offload/framework/ctest_reader-inl.hpp>
#endif
