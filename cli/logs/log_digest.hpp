// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "causes/failure_causes.hpp"
#include "logs/test_log.hpp"

/// A short description of many results: counts and names, then the causes, then details.
namespace offload {

/// An attempt of a log.
struct attempt_ref {
  std::size_t entry{};
  std::size_t attempt{};
};

/// A log with the causes of its bad attempts. The log has to outlive it.
struct log_digest {
  test_log const* log{};
  std::vector<failure_cause> causes{};
  std::vector<attempt_ref> bad{};                       ///< the members of the causes refer to it
  std::vector<std::size_t> cause_of{};                  ///< of each bad attempt
  std::array<std::vector<std::size_t>, 6> by_status{};  ///< entries, by `log_status`, in order
  std::vector<std::size_t> first_bad{};  ///< of each entry: where its bad attempts begin
  /// Bad entries: flaky ones, then those that are not an example of a cause, then these.
  std::vector<std::size_t> by_need{};

  [[nodiscard]] recorded_test const& entry_of(attempt_ref one) const {
    return log->entries[one.entry];
  }
  [[nodiscard]] recorded_attempt const& attempt_of(attempt_ref one) const {
    return log->entries[one.entry].attempts[one.attempt];
  }
  /// The first attempt of a cause.
  [[nodiscard]] attempt_ref example_of(failure_cause const& cause) const {
    return bad[cause.members.front()];
  }
};

[[nodiscard]] log_digest digest_of(test_log const& log);

/// The results of the tests that a cause took, and no others.
[[nodiscard]] test_log log_of(log_digest const& digest, failure_cause const& cause);

/// How much is shown. The document counts omitted parts.
struct digest_limits {
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

  std::size_t names = all;          ///< of tests of each status
  std::size_t causes = all;         ///< blocks
  std::size_t cause_names = all;    ///< in each block
  std::size_t example_bytes = all;  ///< of the text of one attempt, in each block
  std::size_t details = all;        ///< tests that are told in full
  std::size_t detail_bytes = all;   ///< of each text of theirs
};

using digest_rendering = std::function<std::string(digest_limits const&)>;

/// The result of `render` with the widest limits that keep it within `budget`: first come the
/// counts, then names in about a quarter of the room, the causes, an example of each, more names,
/// and details. When not even the counts fit, nothing.
[[nodiscard]] std::string fitted(digest_rendering const& render, std::size_t budget);

/// The largest number up to `most` for which `fits` holds, given that it holds for smaller ones; 0
/// when it holds for none. Asks few times, and never far beyond the answer.
[[nodiscard]] std::size_t largest_that(std::function<bool(std::size_t)> const& fits,
                                       std::size_t most);

/// `text` in at most `bytes` bytes: its beginning and its end, with a line between that says how
/// much is left out. Of a failure of pytest the end tells more, of others the beginning.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t bytes);

/// Message and text of an attempt, without repeating the one in the other.
[[nodiscard]] std::string whole_text(recorded_attempt const& one);

/// The name of an attempt to ask for it by: `t1a2b3c4d.2`.
[[nodiscard]] std::string handle_of(recorded_test const& entry, recorded_attempt const& one);

}  // namespace offload
