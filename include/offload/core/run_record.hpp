// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/outcome.hpp>
#include <offload/core/test_case.hpp>
#include <offload/core/time.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The results of a run, read again after it: from the record that it has written, or from a JUnit
/// report. All that looks back at a run reads this: `offload logs`, `--failed`, the comparison with
/// the run before, and expected durations without a history.
namespace offload {

/// One execution of a test. Fields that the source does not have are empty.
struct recorded_attempt {
  unsigned number{};  ///< counted from 1, in the order in which attempts began
  outcome ended = outcome::failed;
  std::optional<seconds> took{};
  std::string sandbox{};            ///< empty for an attempt of an earlier run
  std::optional<batch_id> batch{};  ///< in the run of the attempt
  std::string message{};
  std::string text{};
  std::string out{};  ///< captured output; of good attempts only when it was asked for
  std::string err{};
};

struct recorded_test {
  test_id id{};
  case_kind kind = case_kind::test;
  verdict ended = verdict::not_run;
  std::string reason{};  ///< why it was skipped or not run
  source_place place{};
  std::optional<seconds> longest{};          ///< of its attempts; none if no attempt has a time
  std::vector<recorded_attempt> attempts{};  ///< none when it was not run
};

struct run_record {
  std::vector<recorded_test> tests{};   ///< one an id, sorted by id
  std::optional<std::string> damage{};  ///< what is wrong with the source, when it is not whole
  /// A mark of the selection of tests: two runs with the same mark ran the same choice. Empty: the
  /// source does not say.
  std::string selection{};
};

/// The part of a record that is read. The rest costs neither time nor memory.
struct record_query {
  std::function<bool(std::string_view)> wants{};  ///< decides by a test's id; none: all tests
  bool attempts = true;
  bool good_outputs = false;  ///< what good attempts have written

  [[nodiscard]] bool wants_test(std::string_view id) const { return !wants || wants(id); }
  [[nodiscard]] bool wants_outputs_of(outcome ended) const { return good_outputs || is_bad(ended); }
};

/// Sorts attempts by the numbers of their batches, in whose order attempts begin, and numbers them.
/// Attempts without a batch keep their order.
void number_attempts(std::vector<recorded_attempt>& all);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/core/run_record-inl.hpp>
#endif
