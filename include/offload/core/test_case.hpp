// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/ids.hpp>
#include <offload/core/time.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace offload {

/// The source location of a test. `file` is relative to the project and may be empty; `line` counts
/// from 1; 0 means unknown.
struct source_place {
  std::string file{};
  unsigned line{};

  bool operator==(source_place const&) const = default;
};

/// The kinds of cases of a run: a test, or something outside of all tests that has failed, such as
/// a global set-up or the exit status of a session whose tests have all passed.
enum class case_kind { test, outside };

/// Whether a test may share a batch with others.
enum class batching { shared, alone };

/// Whether other tests may run on the same machine at the same time.
enum class exclusivity { shared, exclusive };

/// Constraints between tests, for runs whose sandboxes share a machine and its files.
struct test_constraints {
  std::vector<std::string> locks{};  ///< two tests with the same lock never run at the same time
  exclusivity machine = exclusivity::shared;
  std::vector<test_id> after{};  ///< it runs after these have a verdict, whatever the verdict is
  std::vector<test_id> needs{};  ///< the same, but it does not run if one of them fails

  bool operator==(test_constraints const&) const = default;
};

/// Tests that stay together: they run in one sandbox, in one batch, and in their order.
struct test_unit {
  std::string name{};      ///< empty: the test stands alone
  bool dependent = false;  ///< later ones need earlier ones: a retry runs those before it again

  bool operator==(test_unit const&) const = default;
};

/// A case of a run: one record per id, even if several groups select it.
struct test_case {
  test_id id{};
  case_kind kind = case_kind::test;
  std::vector<std::string> groups{};  ///< names of the groups that select it, in their order
  std::string filters{};              ///< see `batch::filters`
  source_place place{};
  unsigned retries{};  ///< attempts allowed after the first
  batching together = batching::shared;
  test_unit unit{};
  std::optional<seconds> expected{};     ///< duration by earlier runs, if known
  std::optional<double> failure_rate{};  ///< of attempts in earlier runs, from 0 to 1, if known
  std::shared_ptr<test_constraints const> constraints{};  ///< null: no constraints
  /// How many tests its file has, where the listing tells; 0: unknown. Where a report tells another
  /// number, tests may be missing.
  std::size_t in_file = 0;
  /// Why the file that this case stands for could not be loaded by the listing, on the machine that
  /// runs the tests. It counts as a failed attempt when the file can be loaded later: a plain run
  /// would have failed.
  std::string listing_error{};
};

}  // namespace offload
