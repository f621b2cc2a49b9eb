// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/outcome.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The core of `offload logs`: what a JUnit report says of each test.
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

/// One execution of a test. Fields that the report does not have are empty.
struct logged_attempt {
  unsigned number{};  ///< counted from 1
  outcome ended = outcome::failed;
  std::optional<seconds> took{};
  std::string sandbox{};
  std::optional<std::uint32_t> batch{};
  std::string message{};
  std::string text{};
  std::string out{};  ///< captured output; of good attempts only when it was asked for
  std::string err{};
};

struct test_log_entry {
  std::string name{};
  log_status status = log_status::passed;
  std::string reason{};  ///< why it was skipped or not run
  source_place place{};
  std::vector<logged_attempt> attempts{};  ///< as they were made; none when it was not run

  /// The longest of its attempts.
  [[nodiscard]] seconds longest() const;
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
  std::vector<test_log_entry> entries{};  ///< one a name, sorted by name
  log_counts counts{};                  ///< of all tests with a wanted name, whatever their status
  std::optional<std::string> damage{};  ///< what is wrong with the report, when it is not whole
  std::string selection{};              ///< see `selection_of`; empty: not said
};

/// The name by which a test can be asked for: `t` and 8 hex digits.
[[nodiscard]] std::string handle_of(test_log_entry const& entry);

/// Reads a report of any JUnit dialect. Fails when the expression of the query cannot be used.
[[nodiscard]] result<test_log> read_test_log(std::string_view xml, test_log_query const& query);

/// The same for a file. Fails also when it is missing or cannot be read.
[[nodiscard]] result<test_log> read_test_log_file(std::filesystem::path const& path,
                                                  test_log_query const& query);

/// Keeps the `most` tests that took longest, those first; equal ones by name. Tests that did not
/// run are not among them.
void keep_slowest(test_log& log, std::size_t most);

}  // namespace offload
