// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace offload {

/// The state of a run in progress. Pure: time comes from outside.
struct progress_state {
  enum class phase { discovering, running, over };

  /// One execution. When a test is hedged it runs in two batches.
  struct execution {
    test_index test{};
    batch_id batch{};
    auto operator<=>(execution const&) const = default;
  };
  struct running_test {
    std::string id{};
    time_point since{};
  };

  phase now_in = phase::discovering;
  time_point began{};        ///< the first event
  time_point tests_began{};  ///< `run_began`
  std::size_t total{}, passed{}, failed{}, flaky{}, skipped{}, not_run{};
  std::optional<seconds> expected{};  ///< of all tests
  seconds expected_of_finished{};
  std::map<execution, running_test> running{};
  std::set<batch_id> open_batches{};
  std::size_t slots{};
  std::set<slot_id> slots_up{};  ///< that have, or had, their sandbox
  std::size_t never_up{}, went_down{};

  void on(run_event const& event);

  /// Tests with a result.
  [[nodiscard]] std::size_t finished() const { return passed + failed + flaky + skipped; }
  [[nodiscard]] std::size_t awaiting() const;
  /// Of the tests, rounded down.
  [[nodiscard]] unsigned percent() const;
  /// A guess, once there is enough to base it on.
  [[nodiscard]] std::optional<seconds> time_left(time_point now) const;

 private:
  void begin(run_began const& run, time_point now);
  void count(test_record const& record);
  void close(batch_id batch);
};

/// How far the run is, as a line of a log.
[[nodiscard]] std::string progress_line(progress_state const& state);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/progress_state-inl.hpp>
#endif
