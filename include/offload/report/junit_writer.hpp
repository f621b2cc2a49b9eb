// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/attempt.hpp>
#include <offload/core/error.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// The numbers in the head of a suite, and their sums in the head of a report. Each attempt counts:
/// a test that was retried counts several times.
struct junit_totals {
  std::size_t tests{};
  std::size_t failures{};  ///< timeouts among them
  std::size_t errors{};
  std::size_t skipped{};  ///< tests that did not run among them
  seconds time{};         ///< of all cases together

  junit_totals& operator+=(junit_totals const& more);
  bool operator==(junit_totals const&) const = default;
};

/// Marks in comments of a report, made by `handle_of`. An empty one is left out.
struct junit_marks {
  std::string selection{};  ///< of the tests: reports with the same mark are of the same choice
  std::string run{};        ///< of the run that wrote the report; see `mark_of_run`

  bool operator==(junit_marks const&) const = default;
};

/// How much is kept of each captured output of an attempt that is not bad: its beginning and its
/// end. In bytes.
inline constexpr std::size_t kept_of_passing_output = 4096;

/// One <testsuite> of a report while it grows: what has been added is kept as XML.
///
/// A case's `name` is the id of its test, byte by byte as far as XML can say it. Captured output of
/// attempts that are not bad is cut down to `kept_of_passing_output`.
class junit_suite {
 public:
  /// An attempt that never started (`outcome::not_run`) leaves no trace.
  void add(attempt const& one);
  void add_not_run(test_case const& test, std::string_view reason);

  [[nodiscard]] junit_totals const& totals() const { return totals_; }

  struct head {
    std::string_view name;
    std::string_view timestamp{};       ///< ISO 8601; empty: left out
    std::string_view hostname{};        ///< empty: left out
    std::optional<std::uint32_t> id{};  ///< the batch's number: attempts are ordered by it
  };
  /// The suite as one line, with a line feed.
  [[nodiscard]] std::string line(head const& about) const;

 private:
  void begin_case(std::string_view name, seconds took, source_place const& place);

  junit_totals totals_;
  std::string cases_;
};

/// A JUnit report on disk that is complete whenever nobody writes to it: each suite is put before
/// the closing tag, and the sums in front are brought up to date. The file is open only while it is
/// being written, and its suites are not kept in memory.
///
/// The first thing that fails is kept, and ends all writing.
class junit_writer {
 public:
  /// Writes to `path`; what was there is lost with the first suite.
  explicit junit_writer(std::filesystem::path path, junit_marks const& marks = {});

  void append(junit_suite const& suite, junit_suite::head const& about);

  /// Moves the report to `final_path`, which is replaced in one step. A report without suites is
  /// written first.
  void publish_as(std::filesystem::path const& final_path);

  [[nodiscard]] junit_totals const& totals() const { return totals_; }
  [[nodiscard]] std::optional<error> const& failure() const { return failure_; }

 private:
  void write(std::string_view suite);

  std::filesystem::path path_;
  std::string marks_;  ///< as they are written in the report
  junit_totals totals_;
  std::uint64_t body_end_{};  ///< where the closing tag begins; 0: nothing is written yet
  std::optional<error> failure_;
};

/// The marks of a report, from its first bytes.
[[nodiscard]] junit_marks marks_of(std::string_view report);

}  // namespace offload
