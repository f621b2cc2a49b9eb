// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/error.hpp>
#include <offload/core/outcome.hpp>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The core of `offload logs`: what a JUnit report says of each test, for reading.
namespace offload {

enum class log_status { passed, failed, error, skipped, flaky, not_run };

/// The word in a test's banner: "PASSED", "FAILED", ..., "NOT RUN".
[[nodiscard]] std::string_view to_string(log_status s);

/// Which tests to show. A test has to satisfy all that is asked for; `failures` and `errors`
/// together ask for either. A flaky test has the failures and errors of its bad attempts.
struct test_log_query {
  bool failures = false;
  bool errors = false;
  std::vector<std::string> tests{};  ///< exact names; none: any
  std::string regex{};               ///< RE2, found anywhere in the name; empty: any
};

struct bad_attempt {
  unsigned number{};  ///< counted from 1
  outcome ended = outcome::failed;
  std::string message;
  std::string text;
};

struct test_log_entry {
  std::string name;
  log_status status = log_status::passed;
  unsigned attempts{};
  std::string reason;  ///< why it was skipped or not run
  std::vector<bad_attempt> bad;
};

struct test_log {
  std::vector<test_log_entry> entries;  ///< one a name, sorted by name
  std::optional<std::string> damage;    ///< what is wrong with the report, when it is not whole
};

/// Reads a report of any JUnit dialect. Fails when the expression of the query cannot be used.
[[nodiscard]] result<test_log> read_test_log(std::string_view xml, test_log_query const& query);

/// The same for a file. Fails also when it is missing or cannot be read.
[[nodiscard]] result<test_log> read_test_log_file(std::filesystem::path const& path,
                                                  test_log_query const& query);

/// Appends a test's banner, what its bad attempts say (twins once), and an empty line.
void append_text(std::string& to, test_log_entry const& entry);

/// Prints all entries to `to`, in large pieces.
[[nodiscard]] result<void> print(test_log const& log, std::FILE* to);

}  // namespace offload
