// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/outcome.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace offload {

/// The `type` of a <failure> that marks a test that was running when its batch timed out.
inline constexpr std::string_view junit_timed_out = "timed_out";
/// The `type` of an <error> that marks a case outside of tests.
inline constexpr std::string_view junit_outside = "offload.outside";
/// The `type` of a <skipped> that marks a test that did not run.
inline constexpr std::string_view junit_not_run = "offload.not_run";

struct junit_property {
  std::string name;
  std::string value;

  bool operator==(junit_property const&) const = default;
};

/// One <testcase> of a JUnit report. Fields that the report does not have are empty.
///
/// If a case has several failures and errors, `message` is that of the first one, and `text` holds
/// all of them with their messages. A case with both a failure and an error has failed. One that
/// its producer marks as a known failure counts as skipped.
struct junit_case {
  std::string suite;                        ///< name of the innermost suite that contains it
  std::optional<std::uint32_t> suite_id{};  ///< the suite's `id`, if it is a number
  std::string hostname{};                   ///< of that suite; Offload writes the sandbox id here
  std::string classname;
  std::string name;
  source_place place;
  std::optional<seconds> time;  ///< never negative, never NaN
  outcome ended = outcome::passed;
  case_kind kind = case_kind::test;
  std::string message;
  std::string text;
  std::string out;
  std::string err;
  std::string reruns;  ///< text of <rerunFailure>, <flakyFailure> and the like; not a failure
  std::vector<junit_property> properties;
};

/// An <error> or a <failure> outside of any case.
struct junit_suite_fault {
  std::string suite;  ///< name of the innermost suite that contains it; may be empty
  std::string message;
  std::string text;
};

struct junit_document {
  std::vector<junit_case> cases;  ///< in the order of the document, suites flattened
  std::vector<junit_suite_fault> outside;
  std::string out;  ///< <system-out> outside of any case
  std::string err;  ///< <system-err>, <error> and <failure> outside of any case
  /// The damage of the document, as a fragment ("it ends inside ..."); none if it is complete.
  std::optional<std::string> damage;
  bool is_cut = false;  ///< its end is missing, and with it what stood there
};

/// Reads a JUnit report of any dialect, and as much as possible of a broken one: every complete
/// case counts, whatever follows it. Text without a JUnit element has no cases and counts as
/// damaged.
[[nodiscard]] junit_document read_junit(std::string_view xml);

/// The same with the memory of one case: passes each case to `each` and leaves `cases` empty.
junit_document read_junit(std::string_view xml, std::function<void(junit_case)> const& each);

}  // namespace offload
