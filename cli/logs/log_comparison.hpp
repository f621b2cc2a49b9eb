// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/time.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logs/result_change.hpp"
#include "logs/test_log.hpp"

/// The changes from one run to the next.
namespace offload {

/// "newly failing", "still failing", ..., "new", "gone", "much slower".
[[nodiscard]] std::string_view to_string(change what);

struct test_change {
  std::string name{};
  std::optional<log_status> before{};  ///< none: it was not in the report
  std::optional<log_status> now{};
  seconds took_before{};
  seconds took_now{};
};

struct log_comparison {
  /// Whether both runs were for the same choice of tests. If not, or if it is not known, no test is
  /// taken for new or gone.
  bool same_selection = false;
  std::array<std::vector<test_change>, 7> changes{};  ///< by `change`, sorted by name
};

/// Compares two reports. A test that did not take part in one of the runs, because it was not run
/// or not selected, is neither fixed nor gone.
[[nodiscard]] log_comparison compare_logs(test_log const& before, test_log const& now);

/// For reading: a line with all numbers, and at most `names` names of each kind.
[[nodiscard]] std::string render_text(log_comparison const& changes, std::size_t names);

/// The same, limited to this number of bytes.
[[nodiscard]] std::string text_within(std::size_t budget, log_comparison const& changes);

}  // namespace offload
