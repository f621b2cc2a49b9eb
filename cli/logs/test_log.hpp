// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/run_record.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The core of `offload logs`: what a run's record says of each test.
namespace offload {

enum class log_status { passed, failed, error, skipped, flaky, not_run };

/// The word in a test's banner: "PASSED", "FAILED", ..., "NOT RUN".
[[nodiscard]] std::string_view to_string(log_status s);

/// Which tests to show. A test has to satisfy all that is asked for; `failures`, `errors`, `flaky`
/// and `not_run` together ask for any of them. A flaky test has the failures and errors of its bad
/// attempts.
struct test_log_query {
  bool failures = false;
  bool errors = false;
  bool flaky = false;
  bool not_run = false;
  std::vector<std::string> tests{};  ///< exact names; none: any
  std::string regex{};               ///< RE2, found anywhere in the name; empty: any
  std::string handle{};              ///< of a test; empty: any
  bool outputs = false;              ///< keep what good attempts have written, too
};

/// How many tests of each kind there are.
struct log_counts {
  std::size_t passed{};
  std::size_t failed{};
  std::size_t error{};
  std::size_t flaky{};
  std::size_t skipped{};
  std::size_t not_run{};

  [[nodiscard]] std::size_t tests() const {
    return passed + failed + error + flaky + skipped + not_run;
  }
  void add(log_status s);
  bool operator==(log_counts const&) const = default;
};

struct test_log {
  std::vector<recorded_test> entries{};  ///< sorted by id
  log_counts counts{};                   ///< of all tests with a wanted name, whatever their status
  std::optional<std::string> damage{};   ///< what is wrong with the source, when it is not whole
  std::string selection{};               ///< see `run_record`
};

/// The word for a test: its verdict, where an error is told apart from other failures.
[[nodiscard]] log_status status_of(recorded_test const& entry);

/// Zero when no attempt has a time.
[[nodiscard]] seconds longest_of(recorded_test const& entry);

/// The name by which a test can be asked for: `t` and 8 hex digits.
[[nodiscard]] std::string handle_of(recorded_test const& entry);

/// The part of a record that has to be read for a query. Fails when the query's expression cannot
/// be used.
[[nodiscard]] result<record_query> record_query_of(test_log_query const& query);

/// Shows of a record, which was read with the query's `record_query`, what the query asks for.
[[nodiscard]] test_log log_of(run_record record, test_log_query const& query);

/// Keeps the `most` tests that took longest, those first; equal ones by name. Tests that did not
/// run are not among them.
void keep_slowest(test_log& log, std::size_t most);

}  // namespace offload
