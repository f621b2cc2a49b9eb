// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/outcome.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace offload {

/// The `type` of a <failure> by which Offload marks a test that was running when time was up.
inline constexpr std::string_view junit_timed_out = "timed_out";
/// The `type` of a <skipped> by which Offload marks a test that did not run.
inline constexpr std::string_view junit_not_run = "offload.not_run";

struct junit_property {
  std::string name;
  std::string value;

  bool operator==(junit_property const&) const = default;
};

/// One <testcase> of a JUnit report. What the report does not say is empty.
///
/// Several failures and errors of a case are joined: `message` is the first one's, `text` holds
/// all of them, with their messages. A case with a failure and an error has failed.
struct junit_case {
  std::string suite;                        ///< name of the innermost suite around it
  std::optional<std::uint32_t> suite_id{};  ///< its `id`, when that is a number
  std::string hostname{};                   ///< of that suite: Offload writes the sandbox there
  std::string classname;
  std::string name;
  source_place place;
  std::optional<seconds> time;  ///< never negative, never NaN
  outcome ended = outcome::passed;
  std::string message;
  std::string text;
  std::string out;
  std::string err;
  std::string
      reruns;  ///< what <rerunFailure>, <flakyFailure> and their like say; it does not count
  std::vector<junit_property> properties;
};

struct junit_document {
  std::vector<junit_case> cases;  ///< in the order of the document, suites flattened
  std::string out;                ///< <system-out> outside of any case
  std::string err;                ///< <system-err>, <error> and <failure> outside of any case
  /// What is wrong with the document, as a fragment ("it ends inside ..."); none when it is whole.
  std::optional<std::string> damage;
};

/// Reads a JUnit report of any dialect, and as much as possible of a broken one: every case that
/// is complete counts, however the document goes on or ends. Text without any JUnit element gives
/// no cases, and damage.
[[nodiscard]] junit_document read_junit(std::string_view xml);

/// The same in the memory of one case: hands each case to `each`, and leaves `cases` empty.
junit_document read_junit(std::string_view xml, std::function<void(junit_case)> const& each);

/// How long each test of a report took: the longest time of each name. Cases without a time, and
/// tests that did not run, are left out.
[[nodiscard]] std::unordered_map<test_id, seconds> durations_from(junit_document const& report);

}  // namespace offload
